"""The examples of a manual page, `.\\" shows NAME` above a literal display.

trouble.py PAGE names			- all of them
trouble.py PAGE commands NAME		- those with `# ', one a line
trouble.py PAGE fits NAME FILE ...	- is what each printed of that shape?
trouble.py PAGE update NAME FILE ...	- write what they printed

Shape: numbers, addresses and the width of columns differ; a line `...' stands
for any lines; a line that begins with six blanks goes on the one before.
"""
import re
import sys
import textwrap

WIDTH = 72        # of 80, the display's indent taken off


def blocks(lines):
    """NAME -> (first line behind .Bd, line of .Ed)"""
    found = {}
    for i, line in enumerate(lines):
        if line.startswith('.\\" shows '):
            end = lines.index(".Ed", i)
            assert lines[i + 1].startswith(".Bd -literal"), line
            found[line.split()[2]] = (i + 2, end)
    return found


def plain(line):
    return line.replace("\\&", "").replace("\\e", "\\")


def parts(lines):
    """[(command, its output), ...]"""
    list_ = []
    for line in map(plain, lines):
        if line.startswith("# "):
            list_.append((line[2:], []))
        elif list_ and list_[-1][0].endswith("\\") and not list_[-1][1]:
            list_[-1] = (list_[-1][0][:-1] + line.strip(), [])
        else:
            list_[-1][1].append(line)
    return list_


def shape(lines):
    out = []
    for line in lines:
        s = re.sub(r"\b([0-9a-f]{2}:){5}[0-9a-f]{2}\b", "MAC", line.rstrip())
        s = re.sub(r"\bfe80::[0-9a-f:]+", "IP6", s)
        s = re.sub(r"\b0x[0-9a-f]+", "HEX", s)
        # what a busy machine repeats, or takes longer for
        s = re.sub(r" x\d+\b| after \d+ s\b", "", s)
        s = re.sub(r"-?\d+(\.\d+)*", "N", s)
        s = re.sub(r"-{2,}|[═─=]{2,}", "--", s)
        if s.startswith("      ") and out:
            out[-1] += " " + s.strip()
        else:
            out.append(s)
    return [re.sub(r"[ \t]+", " ", re.sub(r"Host-Uniq .*\]", "Host-Uniq]", s))
            for s in out]


def fits(want, got):
    if not want:
        return not got
    if want[0] == "...":
        return any(fits(want[1:], got[i:]) for i in range(len(got) + 1))
    return bool(got) and want[0] == got[0] and fits(want[1:], got[1:])


def folded(line):
    line = line.rstrip("\n").rstrip().replace("\t", "        ")
    line = line.replace("\\", "\\e")
    if line.startswith((".", "'")) and line != "...":
        line = "\\&" + line
    if len(line) <= WIDTH:
        return [line]
    return textwrap.wrap(line, WIDTH - 2, subsequent_indent=" " * 8,
                         break_on_hyphens=False, drop_whitespace=True)


def main():
    page, what = sys.argv[1:3]
    lines = open(page).read().split("\n")
    found = blocks(lines)
    if what == "names":
        print("\n".join(found))
        return
    first, end = found[sys.argv[3]]
    old = parts(lines[first:end])
    if what == "commands":
        print("\n".join(command for command, _ in old))
        return
    got = [open(f, errors="replace").read().splitlines()
           for f in sys.argv[4:]]
    assert len(got) == len(old), (len(got), len(old))
    if what == "fits":
        for (command, want), real in zip(old, got):
            if not fits(shape(want), shape(real)):
                sys.exit("%s: # %s\nthe page:\n%s\nnow:\n%s\nas\n%s\n%s" % (
                    sys.argv[3], command, "\n".join(want),
                    "\n".join(real), "\n".join(shape(want)),
                    "\n".join(shape(real))))
        return
    new, at = [], -1
    for line in lines[first:end]:
        if line.startswith("# "):
            at += 1
            new += [line]
            for real in got[at]:
                new += folded(real)
    lines[first:end] = new
    open(page, "w").write("\n".join(lines))


main()
