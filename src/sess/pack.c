/* Making and freeing what packs a session's packets. */
#include "sess/pack.h"

#include <stdlib.h>

static bool
make(struct pack **k)
{
	if (*k == NULL)
		*k = calloc(1, sizeof(**k));
	return *k != NULL;
}

static void
tidy(struct pack **k)
{
	struct pack *p = *k;

	if (p == NULL || p->in != NULL || p->out != NULL ||
	    p->vj_in != NULL || p->vj_out != NULL)
		return;
	free(p);
	*k = NULL;
}

static struct comp *
new_out(const struct ccp_way *w, const struct mppe_keys *keys)
{
	if (w->type == CCP_MPPE)
		return comp_mppe_out(keys->send, w->bits, w->stateless);
	return w->type == CCP_PRED1 ? comp_pred1_out() :
	    comp_deflate_out(w->window);
}

static struct comp *
new_in(const struct ccp_way *w, const struct mppe_keys *keys)
{
	if (w->type == CCP_MPPE)
		return comp_mppe_in(keys->recv, w->bits, w->stateless);
	return w->type == CCP_PRED1 ? comp_pred1_in() :
	    comp_deflate_in(w->window);
}

static void
drop_ccp(struct pack **k)
{
	if (*k == NULL)
		return;
	comp_free((*k)->in);
	comp_free((*k)->out);
	(*k)->in = (*k)->out = NULL;
	(*k)->encrypts = false;
	tidy(k);
}

bool
pack_ccp(struct pack **k, const struct ccp *c, const struct mppe_keys *keys)
{
	bool in = c != NULL && c->in.type != CCP_NONE;
	bool out = c != NULL && c->out.type != CCP_NONE;

	drop_ccp(k);
	if (!in && !out)
		return true;
	if (!make(k))
		return false;
	if (in)
		(*k)->in = new_in(&c->in, keys);
	if (out)
		(*k)->out = new_out(&c->out, keys);
	(*k)->encrypts = out && c->out.type == CCP_MPPE;
	if ((in && (*k)->in == NULL) || (out && (*k)->out == NULL)) {
		drop_ccp(k);
		return false;
	}
	return true;
}

static void
drop_vj(struct pack **k)
{
	if (*k == NULL)
		return;
	free((*k)->vj_in);
	free((*k)->vj_out);
	(*k)->vj_in = NULL;
	(*k)->vj_out = NULL;
	tidy(k);
}

bool
pack_vj(struct pack **k, const struct ipcp *c)
{
	bool in = c != NULL && c->vj_in.slots != 0;
	bool out = c != NULL && c->vj_out.slots != 0;

	drop_vj(k);
	if (!in && !out)
		return true;
	if (!make(k))
		return false;
	if (in && ((*k)->vj_in = malloc(sizeof(*(*k)->vj_in))) != NULL)
		vj_in_init((*k)->vj_in, c->vj_in.slots);
	if (out && ((*k)->vj_out = malloc(sizeof(*(*k)->vj_out))) != NULL)
		vj_out_init((*k)->vj_out, c->vj_out.slots,
		    c->vj_out.slotcomp);
	if (in != ((*k)->vj_in != NULL) || out != ((*k)->vj_out != NULL)) {
		drop_vj(k);
		return false;
	}
	return true;
}

void
pack_free(struct pack **k)
{
	drop_vj(k);
	drop_ccp(k);
}
