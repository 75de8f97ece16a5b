# conf_case CASE - run `ppp -n` over that folder, a copy of it, compare.
# Whether an interface exists depends on the machine: such remarks are cut.
# So does where we are at home: HOME stands for it.
conf_answer() # CASE
{
	rm -rf conf
	cp -r "$1" conf
	chmod -R go-rwx conf
	if [ -f conf/open.secret ]; then
		mv conf/open.secret conf/ppp.secret
		chmod 644 conf/ppp.secret
	fi
	[ ! -f conf/open ] || chmod 644 "conf/$(cat conf/open)"
	args=isp
	[ ! -f conf/args ] || args=$(cat conf/args)
	code=0
	home=$(getent passwd "$(id -u)" | cut -d: -f6)
	# shellcheck disable=SC2086
	(cd conf && eval "\"$PPP_BUILD/ppp\" -n -C . $args") > out 2>&1 ||
	    code=$?
	sed -e 's,^\./ppp,DIR/ppp,; s, \./ppp, DIR/ppp,g' \
	    -e 's,\./radius,DIR/radius,g; s,\./nosuch,DIR/nosuch,g' \
	    -e "s, $home/bin/hook\$, HOME/bin/hook," \
	    -e '/^Remark: interface/d' out
	echo "exit $code"
}

conf_case()
{
	conf_answer "$1" > answer
	if [ -n "${UPDATE-}" ]; then
		cp answer "$1/expect"
		return
	fi
	diff -u "$1/expect" answer || atf_fail "see the difference above"
}
