/* The timer wheel. */
#include "base/wheel.h"

#include <string.h>

void
wheel_init(struct wheel *w, tstamp now)
{
	memset(w, 0, sizeof(*w));
	w->now = now;
	w->tick = now / WHEEL_TICK;
}

static void
unlink_timer(struct wheel *w, struct timer *t)
{
	if (t->prev == NULL)
		return;
	*t->prev = t->next;
	if (t->next != NULL)
		t->next->prev = t->prev;
	t->prev = NULL;
	t->next = NULL;
	w->armed--;
}

/* The tick in which @when is certainly over. */
static uint64_t
tick_of(tstamp when)
{
	return when / WHEEL_TICK + (when % WHEEL_TICK != 0);
}

void
wheel_set(struct wheel *w, struct timer *t, tstamp when)
{
	unlink_timer(w, t);
	if (when == NEVER)
		return;
	uint64_t tick = tick_of(when);

	if (tick <= w->tick)
		tick = w->tick + 1;
	struct timer **head = &w->slot[tick % WHEEL_SLOTS];

	t->when = when;
	t->next = *head;
	t->prev = head;
	if (*head != NULL)
		(*head)->prev = &t->next;
	*head = t;
	w->armed++;
}

static struct timer *
due_in(struct wheel *w, uint64_t tick, tstamp now)
{
	struct timer *t = w->slot[tick % WHEEL_SLOTS];

	for (; t != NULL; t = t->next) {
		if (t->when <= now) {
			unlink_timer(w, t);
			return t;
		}
	}
	return NULL;
}

struct timer *
wheel_expired(struct wheel *w, tstamp now)
{
	uint64_t last = now / WHEEL_TICK;

	w->now = now;
	if (w->armed == 0) {
		w->tick = last > w->tick ? last : w->tick;
		return NULL;
	}
	if (last > w->tick + WHEEL_SLOTS)	/* asleep for over a turn */
		w->tick = last - WHEEL_SLOTS;
	while (w->tick < last) {
		struct timer *t = due_in(w, w->tick + 1, now);

		if (t != NULL)
			return t;
		w->tick++;
	}
	return NULL;
}

tstamp
wheel_next(const struct wheel *w)
{
	if (w->armed == 0)
		return NEVER;
	for (uint64_t i = 1; i <= WHEEL_SLOTS; i++) {
		const struct timer *t = w->slot[(w->tick + i) % WHEEL_SLOTS];

		for (; t != NULL; t = t->next)
			if (tick_of(t->when) <= w->tick + i)
				return (w->tick + i) * WHEEL_TICK;
	}
	return (w->tick + WHEEL_SLOTS) * WHEEL_TICK;
}
