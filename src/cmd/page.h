/* Inside cmd/ only: the page, one self-contained file of HTML. */
#ifndef CMD_PAGE_H
#define CMD_PAGE_H

#include <stddef.h>

extern const char page_html[], page_html_end[];

size_t page_size(void);

#endif
