# path.gnuplot - the runs in path.tsv, each a point: what was carried, and
# what a gigabyte of it cost.  gnuplot -e "dir='tests/bench/out'"
set terminal svg size 900,700 background "white"
set output dir."/path.svg"
set datafile separator "\t"
data = dir."/path.tsv"
rows(m, k, c) = "< awk -F'\t' '$1 == \"".m."\" && $2 == \"".k."\" { print $" \
    .c." }' ".data
kinds = "session base loop wire"
set multiplot layout 2,2
set style data points
set pointsize 1
set key outside right
set xrange [-1:4]
set xtics ("session" 0, "base" 1, "loop" 2, "wire" 3)
set yrange [0:*]
do for [m in "up down"] {
	set title "TCP ".m.", one flow: Gbit/s"
	plot for [i = 1:4] rows(m, word(kinds, i), 3) using (i - 1):1 \
	    notitle pt 7
	set title "TCP ".m.", one flow: CPU s/GB, both programs"
	plot for [i = 1:4] rows(m, word(kinds, i), 4) using (i - 1):1 \
	    notitle pt 7
}
unset multiplot
