/* Between the files of this folder: what an algorithm fills in. */
#ifndef COMP_PART_H
#define COMP_PART_H

#include "comp/comp.h"

struct comp_ops {
	size_t	(*out)(struct comp *c, uint16_t proto, const uint8_t *p,
		    size_t n, uint8_t *to);
	int	(*in)(struct comp *c, const uint8_t *p, size_t n,
		    uint8_t *to);
	bool	(*plain)(struct comp *c, uint16_t proto, const uint8_t *p,
		    size_t n);
	void	(*reset)(struct comp *c);
	void	(*free)(struct comp *c);
};

struct comp {			/* first member of each algorithm's state */
	const struct comp_ops *ops;
};

#endif
