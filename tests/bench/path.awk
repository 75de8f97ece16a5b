# The runs of one measurement as a table: measure kind a b, a line each;
# -v head=TITLE:UNIT-OF-A:UNIT-OF-B.  Ratios are to the kind "loop".
BEGIN { FS = "\t" }
{
	if (!($2 in n))
		kind[++kinds] = $2
	n[$2]++
	a[$2, n[$2]] = $3
	b[$2, n[$2]] = $4
}
# The middle one of v[k, ...]; low and high are the outer ones.
function middle(v, k,    i, j, t, s)
{
	for (i = 1; i <= n[k]; i++)
		s[i] = v[k, i] + 0
	for (i = 2; i <= n[k]; i++)
		for (j = i; j > 1 && s[j - 1] > s[j]; j--) {
			t = s[j]; s[j] = s[j - 1]; s[j - 1] = t
		}
	low = s[1]
	high = s[n[k]]
	return s[int((n[k] + 1) / 2)]
}
function part(x, whole)
{
	return whole > 0 ? sprintf("%.2f", x / whole) : "-"
}
END {
	split(head, h, ":")
	printf "%-28s %24s %8s %28s %8s\n", h[1], h[2], "of loop", h[3],
	    "of loop"
	la = middle(a, "loop")
	lb = middle(b, "loop")
	for (i = 1; i <= kinds; i++) {
		k = kind[i]
		m = middle(a, k)
		one = sprintf("%.3g (%.3g-%.3g)", m, low, high)
		ra = part(m, la)
		m = middle(b, k)
		two = sprintf("%.3g (%.3g-%.3g)", m, low, high)
		printf "  %-26s %24s %8s %28s %8s\n", k, one, ra, two,
		    part(m, lb)
	}
}
