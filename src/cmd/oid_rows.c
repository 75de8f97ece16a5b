/* The rows of the sysctl names: see cmd/oid.h. */
#include "cmd/oid_rows.h"

#include <stddef.h>

#define LB(n)		OID_LB "." n
#define GOV(n)		LB("governor." n)

#define FIELD(t, f)	.at = offsetof(t, f), .size = sizeof(((t *)0)->f)
#define CONF(f)		.from = OID_CONF, FIELD(struct draft, p.lb.f)
#define VIEW(f)		.from = OID_VIEW, FIELD(struct oid_view, f)
#define TEST(f)		.from = OID_TEST, FIELD(struct oid_view, f)
#define WORKER(f)	.from = OID_WORKER, FIELD(struct oid_worker, f)
#define SESSION(f)	.from = OID_SESSION, FIELD(struct oid_session, f)
#define INT(n, source, text)						\
	{ .name = n, .type = OID_INT, source, .help = text }
#define U64(n, source, text)						\
	{ .name = n, .type = OID_U64, source, .help = text }
#define STR(n, source, text)						\
	{ .name = n, .type = OID_STR, source, .help = text }
#define SET(n, source, line, list, text)				\
	{ .name = n, .type = OID_INT, source, .set = line, .words = list, \
	  .help = text }

static const char *const able[] = { "disable", "enable", NULL };
static const char *const yes[] = { "no", "yes", NULL };
static const char *const modes[] = { "manual", "auto", NULL };
static const char *const updown[] = { NULL, "up", "down", NULL };
static const char *const policies[] = { "wait", "cancel", "force",
	"migrate", NULL };
static const char *const states[] = { "activate", "drain", "remove", NULL };
static const char *const switches[] = { "-debug", "+debug", NULL };
static const char *const frames[] = { "standard", "3com", NULL };
static const char *const algorithms[] = { "round-robin", "hash",
	"least-sessions", NULL };

const struct oid oids[] = {
	SET(LB("enabled"), VIEW(enabled), "set lb %v", able,
	    "Peers that want a session are answered"),
	SET(LB("num_workers"), CONF(workers), "set lb workers %v", NULL,
	    "Workers at the start"),
	SET(LB("algorithm"), CONF(algorithm), "set lb algorithm %v",
	    algorithms, "0 round-robin, 1 hash, 2 least-sessions"),
	STR(LB("algorithm_name"), VIEW(algorithm), "The same as a word"),
	SET(LB("session_map_size"), VIEW(map_size), "", NULL,
	    "Sessions there may be: it grows by itself, whatever is written"),
	{ .name = LB("debug"), .type = OID_INT, VIEW(debug),
	  .set = "set log %v", .words = switches, .clamp = true,
	  .help = "1: the log has level Debug" },
	U64(LB("total_packets"), VIEW(packets), "Frames in and out"),
	U64(LB("discovery_packets"), VIEW(discovery),
	    "Discovery frames in and out"),
	U64(LB("session_packets"), VIEW(session_packets),
	    "Session frames in and out"),
	U64(LB("session_collisions"), VIEW(collisions),
	    "Session ids given twice: never"),
	INT(LB("active_workers"), VIEW(active), "Workers in state ACTIVE"),
	INT(LB("active_sessions"), VIEW(sessions), "Sessions now"),
	SET(LB("max_workers"), CONF(gov.max), "set governor max %v", NULL,
	    "Most workers, as governor.max_workers"),
	STR(LB("node.hook"), VIEW(hook), "Interface of the concentrator"),
	SET(LB("session.max"), CONF(max_sessions), "set lb maxsessions %v",
	    NULL, "Most sessions at once"),
	INT(LB("session.total"), VIEW(sessions), "Sessions now"),
	{ .name = LB("numa_aware"), .type = OID_INT, VIEW(zero),
	  .help = "0: no memory is placed by its node",
	  .never = "no memory is placed by its node; `set lb cpuaffinity' "
	  "keeps workers on the CPUs of one" },

	SET(GOV("enabled"), CONF(gov.enabled), "set governor %v", able,
	    "Workers are added and removed by load"),
	SET(GOV("mode"), VIEW(mode), "set governor mode %v", modes,
	    "0 manual, 1 auto"),
	SET(GOV("min_workers"), CONF(gov.min), "set governor min %v", NULL,
	    "Fewest workers"),
	SET(GOV("max_workers"), CONF(gov.max), "set governor max %v", NULL,
	    "Most workers; 0: as many as CPUs"),
	SET(GOV("poll_interval"), CONF(gov.poll_secs),
	    "set governor poll %v", NULL, "Seconds between decisions"),
	SET(GOV("cpu_threshold"), CONF(gov.cpu_high),
	    "set governor cpu %v %{governor.cpu_low_threshold}", NULL,
	    "Percent of CPU above which a worker is added"),
	SET(GOV("cpu_low_threshold"), CONF(gov.cpu_low),
	    "set governor cpu %{governor.cpu_threshold} %v", NULL,
	    "Percent of CPU below which one is given up"),
	SET(GOV("sessions_per_worker"), CONF(gov.sessions),
	    "set governor sessions %v", NULL, "Sessions a worker should have"),
	SET(GOV("scale_up_interval"), CONF(gov.up_secs),
	    "set governor upinterval %v", NULL,
	    "Seconds between two more workers"),
	SET(GOV("scale_down_interval"), CONF(gov.down_secs),
	    "set governor downinterval %v", NULL,
	    "Seconds between two workers less"),
	SET(GOV("drain_timeout"), CONF(gov.drain_secs),
	    "set governor drain %v", NULL, "Seconds that a worker drains"),
	SET(GOV("drain_policy"), CONF(gov.drain_policy),
	    "set governor drain %{governor.drain_timeout} %v", policies,
	    "Sessions left then: 0 wait, 1 cancel, 2 force, 3 migrate"),
	SET(GOV("cancel_only"), CONF(gov.cancel_only),
	    "set governor cancelonly %v", yes,
	    "1: a change of heart adds no worker"),
	SET(GOV("desired_workers"), VIEW(active), "lb workers %v", NULL,
	    "Go to so many workers"),
	INT(GOV("current_workers"), VIEW(current), "Workers in any state"),
	INT(GOV("active_workers"), VIEW(active), "Workers in state ACTIVE"),
	INT(GOV("draining_workers"), VIEW(draining),
	    "Workers in state DRAINING"),
	INT(GOV("pending_removals"), VIEW(pending),
	    "Workers in state PENDING_REMOVAL"),
	INT(GOV("total_sessions"), VIEW(sessions), "Sessions now"),
	INT(GOV("avg_sessions_worker"), VIEW(average),
	    "Sessions of an ACTIVE worker, on average"),
	INT(GOV("cpu_usage"), VIEW(cpu_usage),
	    "Percent of the workers' CPUs in use"),
	INT(GOV("cpu_avg"), VIEW(cpu_usage), "The same"),
	INT(GOV("cpu_cores_max"), VIEW(cpus), "CPUs there are for us"),
	STR(GOV("last_decision"), VIEW(last_decision), "What it did last"),
	INT(GOV("last_decision_code"), VIEW(decision),
	    "0 none, 1 scale_up, 2 scale_down, 3 cancel_drain"),
	STR(GOV("last_reason"), VIEW(last_reason), "Why"),
	INT(GOV("last_reason_code"), VIEW(reason),
	    "0 none, 1 cpu_high, 2 cpu_low, 3 sessions_high, 4 and more"),
	U64(GOV("last_decision_time"), VIEW(decided),
	    "Seconds since 1970; 0: never"),

	SET(LB("workers.count"), VIEW(active), "lb workers %v", NULL,
	    "Go to so many workers"),
	SET(LB("workers.%.state"), WORKER(state), "lb %v %i", states,
	    "0 ACTIVE, 1 DRAINING, 2 PENDING_REMOVAL"),
	INT(LB("workers.%.sessions"), WORKER(sessions), "Its sessions"),
	U64(LB("workers.%.bytes_in"), WORKER(bytes_in), "Octets received"),
	U64(LB("workers.%.bytes_out"), WORKER(bytes_out), "Octets sent"),
	U64(LB("workers.%.packets_in"), WORKER(packets_in),
	    "Frames received"),
	U64(LB("workers.%.packets_out"), WORKER(packets_out), "Frames sent"),
	INT(LB("workers.%.uptime"), WORKER(uptime), "Seconds since its start"),
	INT(LB("workers.%.last_activity"), WORKER(last_activity),
	    "Seconds since 1970 of its last frame; 0: none"),
	INT(LB("workers.%.errors"), WORKER(errors),
	    "Packets it lost for lack of room"),
	INT(LB("workers.%.cpu_usage"), WORKER(cpu), "Percent of a CPU"),
	{ .name = LB("workers.%.affinity"), .type = OID_INT, WORKER(pinned),
	  .set = "lb affinity %i %v", .minus = "off",
	  .help = "CPU that it is kept on; -1: any" },

	INT(LB("sessions.%.id"), SESSION(id), "SESSION_ID"),
	INT(LB("sessions.%.worker_id"), SESSION(worker), "Who serves it"),
	INT(LB("sessions.%.created"), SESSION(created), "Seconds since 1970"),
	U64(LB("sessions.%.bytes_in"), SESSION(bytes_in), "Octets received"),
	U64(LB("sessions.%.bytes_out"), SESSION(bytes_out), "Octets sent"),
	INT(LB("sessions.%.last_activity"), SESSION(last_activity),
	    "Seconds since 1970 of its last packet; 0: none"),
	U64(LB("sessions.%.errors"), SESSION(errors),
	    "Packets over its rate or queue"),

	U64(LB("stats.packets_in"), VIEW(packets_in), "Frames received"),
	U64(LB("stats.packets_out"), VIEW(packets_out), "Frames sent"),
	U64(LB("stats.bytes_in"), VIEW(bytes_in), "Octets received"),
	U64(LB("stats.bytes_out"), VIEW(bytes_out), "Octets sent"),
	U64(LB("stats.session_creates"), VIEW(created), "Sessions begun"),
	U64(LB("stats.session_teardowns"), VIEW(destroyed),
	    "Sessions ended"),
	U64(LB("stats.scale_events"), VIEW(scalings),
	    "Decisions about workers"),
	U64(LB("stats.errors"), VIEW(errors),
	    "Packets lost for lack of room"),

	INT(LB("health.score"), VIEW(score), "0 to 100"),
	STR(LB("health.status"), VIEW(status),
	    "pass, warn, fail or critical"),
	INT(LB("health.worker_availability"), VIEW(availability),
	    "0 to 100"),
	INT(LB("health.load_distribution"), VIEW(distribution), "0 to 100"),
	INT(LB("health.error_rate"), VIEW(error_rate), "0 to 100"),
	INT(LB("health.session_affinity"), VIEW(affinity), "0 to 100"),
	U64(LB("health.drift_count"), VIEW(drifts),
	    "Frames on a lane not their own"),
	INT(LB("health.load_imbalance_pct"), VIEW(imbalance),
	    "Fullest worker over the average, in percent"),

	SET(LB("test.command"), TEST(zero), "lb trigger %v", updown,
	    "1: one worker more, 2: one less"),
	{ .name = LB("test.cpu"), .type = OID_INT, TEST(drill),
	  .set = "lb drill %v", .minus = "off",
	  .help = "CPU use the governor takes for true; -1: it measures" },
	SET(LB("test.clock_offset"), TEST(ahead), "lb drill clock %v", NULL,
	    "Seconds that the governor's clock is ahead"),

	SET(OID_3COM, VIEW(nonstandard), OID_FRAMES, frames,
	    "3Com's Ethernet types: the client's, or also the server's"),
	INT("hw.ncpu", VIEW(cpus), "CPUs there are for us"),
	INT("kern.smp.cpus", VIEW(cpus), "CPUs there are for us"),
	INT("mp_ncpus", VIEW(cpus), "CPUs there are for us"),
	{ .name = NULL },
};

const struct oid_alias oid_aliases[] = {
	{ LB("algorithm.name"), LB("algorithm_name") },
	{ GOV("sess_per_worker"), GOV("sessions_per_worker") },
	{ GOV("sessions"), GOV("total_sessions") },
	{ GOV("algorithm"), LB("algorithm") },
	{ LB("stats.total_errors"), LB("stats.errors") },
	{ NULL, NULL },
};
