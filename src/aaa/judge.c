/* The verdict on a peer: its line of ppp.secret, or the system's word. */
#include "aaa/judge.h"

#include <string.h>

#include "aaa/system.h"
#include "base/ct.h"
#include "ppp/check.h"

/* A NUL within would end what crypt(3) and the password database see. */
static void
ask_system(const struct auth_query *q, const char *name,
    struct auth_verdict *v)
{
	if (q->proto != PROTO_PAP || strlen(q->pass) != q->pass_len)
		return;
	if (system_password(name, q->pass))
		auth_welcome(q, v);
}

static int
ask_file(const struct auth_query *q, const struct secret *found,
    struct auth_verdict *v)
{
	if (!found->system)
		return auth_judge(q, found->key, found->key_len, v);
	ask_system(q, found->grant.name, v);
	return 0;
}

int
aaa_judge(struct secrets *s, const struct auth_query *q, bool passwdauth,
    struct auth_verdict *v, struct aaa_grant *g)
{
	struct secret found;
	int err = 0;

	auth_refuse(q, v);
	memset(g, 0, sizeof(*g));
	if (secret_find(s, q->name, q->name_len, &found) == 0) {
		err = ask_file(q, &found, v);
		if (v->ok)
			*g = found.grant;
	} else if (passwdauth && strlen(q->name) == q->name_len) {
		ask_system(q, q->name, v);
		if (v->ok)
			memcpy(g->name, q->name, sizeof(g->name));
	}
	ct_wipe(found.key, sizeof(found.key));
	return err;
}
