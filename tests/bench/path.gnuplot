# path.gnuplot - the runs in path.tsv, each a point: for each measurement the
# first and the second figure of each kind.
#	gnuplot -e "dir='tests/bench/out'; measures='up rtt'; kinds='session'"
n = words(measures)
set terminal svg size 1100, 260 * n background "white"
set output dir."/path.svg"
data = dir."/path.tsv"
rows(m, k, c) = "< awk -F'\t' '$1 == \"".m."\" && $2 == \"".k."\" { print $" \
    .c."; n++ } END { if (!n) print \"?\" }' ".data
set datafile missing "?"
set multiplot layout n, 2
set style data points
set pointsize 1
set xrange [-0.5:words(kinds) - 0.5]
set xtics () rotate by -35
set for [i = 1:words(kinds)] xtics add (word(kinds, i) i - 1)
set yrange [0:*]
do for [m in measures] {
	do for [c = 3:4] {
		set title m.": ".system("awk -F'\t' '$1 == \"".m. \
		    "\" { print $".(c - 1)." }' ".dir."/titles.tsv")
		plot 0 notitle lc rgb "white", \
		    for [i = 1:words(kinds)] rows(m, word(kinds, i), c) \
		    using (i - 1):1 notitle pt 7 lc rgb "black"
	}
}
unset multiplot
