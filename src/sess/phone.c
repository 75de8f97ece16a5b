/* Phone lists. */
#include "sess/phone.h"

#include <stdio.h>
#include <string.h>

const char *
phone_choose(struct phone *p, const char *list)
{
	const char *number;

	if (strcmp(p->list, list) != 0) {
		snprintf(p->list, sizeof(p->list), "%s", list);
		p->alt = p->next = NULL;
	}
	if (p->list[0] == '\0')
		return "";
	if (p->alt == NULL) {
		if (p->next == NULL) {
			memcpy(p->cut, p->list, sizeof(p->cut));
			p->next = p->cut;
		}
		p->alt = strsep(&p->next, ":");
	}
	number = strsep(&p->alt, "|");
	return number;
}

void
phone_worked(struct phone *p)
{
	p->alt = NULL;
}

bool
phone_more(const struct phone *p)
{
	return p->alt != NULL || p->next != NULL;
}
