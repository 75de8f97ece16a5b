/*
 * The page at `/': page.html as it is in the tree. No step of the build makes
 * a C file of it; the assembler reads it.
 */
#include "cmd/page.h"

__asm__(
    ".section .rodata\n"
    "	.globl page_html\n"
    "	.hidden page_html\n"
    "	.globl page_html_end\n"
    "	.hidden page_html_end\n"
    "page_html:\n"
    "	.incbin \"src/cmd/page.html\"\n"
    "page_html_end:\n"
    "	.byte 0\n"
    "	.previous\n");

size_t
page_size(void)
{
	return (size_t)(page_html_end - page_html);
}
