// page.mjs STEP [DIRECTORY] - the page of `set http` in a real Chromium, asked
// what it shows, and used by keyboard.  Run in the namespace of the server.
// Step `shots' puts pictures into DIRECTORY, for people.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inflateSync } from "node:zlib";

const URL_ = process.env.PAGE_URL || "http://127.0.0.1:9100/";
const LIMIT = 60000;		// ms to wait for a state, on a busy machine

// ---- Chromium by its own protocol, over two pipes

class Browser {
	constructor() {
		this.home = mkdtempSync(join(tmpdir(), "page-"));
		this.child = spawn("chromium-headless-shell", ["--no-sandbox",
		    "--remote-debugging-pipe", "--disable-gpu",
		    "--disable-dev-shm-usage", "--hide-scrollbars",
		    "--user-data-dir=" + this.home, "about:blank"],
		    { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
		this.child.on("exit", () => this.gone?.());
		this.last = 0;
		this.waiting = new Map();
		this.trouble = [];
		let rest = "";
		this.child.stdio[4].on("data", (d) => {
			const parts = (rest + d).split("\0");
			rest = parts.pop();
			parts.forEach((p) => this.take(JSON.parse(p)));
		});
	}
	take(m) {
		if (m.id !== undefined) {
			const w = this.waiting.get(m.id);
			this.waiting.delete(m.id);
			if (m.error)
				w.no(new Error(m.error.message));
			else
				w.yes(m.result);
		} else if (m.method === "Runtime.exceptionThrown") {
			this.trouble.push(JSON.stringify(m.params));
		} else if (m.method === "Log.entryAdded" &&
		    m.params.entry.level === "error") {
			this.trouble.push(m.params.entry.text + " " +
			    m.params.entry.url);
		}
	}
	send(method, params = {}) {
		const id = ++this.last;
		this.child.stdio[3].write(JSON.stringify({ id, method, params,
		    sessionId: this.session }) + "\0");
		return new Promise((yes, no) =>
		    this.waiting.set(id, { yes, no }));
	}
	async open(url) {
		const t = await this.send("Target.createTarget",
		    { url: "about:blank" });
		const s = await this.send("Target.attachToTarget",
		    { targetId: t.targetId, flatten: true });
		this.session = s.sessionId;
		for (const d of ["Page", "Runtime", "Log"])
			await this.send(d + ".enable");
		await this.send("Page.navigate", { url });
	}
	async ask(js) {
		const r = await this.send("Runtime.evaluate",
		    { expression: js, returnByValue: true });
		if (r.exceptionDetails)
			throw new Error(js + ": " +
			    r.exceptionDetails.exception.description);
		return r.result.value;
	}
	async until(js, what) {
		const end = Date.now() + LIMIT;
		// a page that is just being loaded cannot be asked
		while (!await this.ask(js).catch(() => false)) {
			if (Date.now() > end)
				throw new Error("not so: " + (what || js) +
				    "\n" + await this.ask(
				    "document.body.innerText"));
			await new Promise((ok) => setTimeout(ok, 50));
		}
	}
	async key(key, text) {
		const code = { Tab: 9, Enter: 13, Escape: 27 }[key] || 0;
		const k = { key, text, windowsVirtualKeyCode: code };
		await this.send("Input.dispatchKeyEvent",
		    { type: "keyDown", ...k });
		await this.send("Input.dispatchKeyEvent",
		    { type: "keyUp", ...k, text: undefined });
	}
	async type(text) {
		for (const c of text)
			await this.key(c, c);
	}
	async size(width, height, mobile) {
		await this.send("Emulation.setDeviceMetricsOverride", { width,
		    height, deviceScaleFactor: 1, mobile });
	}
	async scheme(value) {
		await this.send("Emulation.setEmulatedMedia", { features:
		    [{ name: "prefers-color-scheme", value }] });
	}
	async shot(file) {
		const m = await this.send("Page.getLayoutMetrics");
		const r = await this.send("Page.captureScreenshot", {
		    captureBeyondViewport: true, clip: { x: 0, y: 0, scale: 1,
		    width: m.cssLayoutViewport.clientWidth,
		    height: m.cssContentSize.height } });
		writeFileSync(file, Buffer.from(r.data, "base64"));
	}
	// the colours of what is seen of an element: at(x, y), of(color)
	async pixels(selector) {
		const r = await this.ask("(() => { const r = document" +
		    ".querySelector(" + JSON.stringify(selector) + ")" +
		    ".getBoundingClientRect(); return [r.left + scrollX, " +
		    "r.top + scrollY, r.width, r.height]; })()");
		const shot = await this.send("Page.captureScreenshot", {
		    captureBeyondViewport: true, clip: { x: r[0], y: r[1],
		    width: r[2], height: r[3], scale: 1 } });
		return picture(Buffer.from(shot.data, "base64"));
	}
	async close() {
		const over = new Promise((ok) => { this.gone = ok; });
		this.child.kill("SIGKILL");
		await over;
		rmSync(this.home, { recursive: true, force: true,
		    maxRetries: 20, retryDelay: 100 });
	}
}

// A PNG of 8 bits, without interlace, as Chromium makes them: RFC 2083.
function picture(png) {
	const wide = png.readUInt32BE(16), high = png.readUInt32BE(20);
	const bpp = png[25] === 6 ? 4 : 3, row = wide * bpp, data = [];
	for (let p = 8; p < png.length; p += 12 + png.readUInt32BE(p))
		if (png.toString("latin1", p + 4, p + 8) === "IDAT")
			data.push(png.subarray(p + 8,
			    p + 8 + png.readUInt32BE(p)));
	const raw = inflateSync(Buffer.concat(data));
	const out = Buffer.alloc(row * high);
	const paeth = (a, b, c) => {
		const p = a + b - c, pa = Math.abs(p - a),
		    pb = Math.abs(p - b), pc = Math.abs(p - c);
		return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
	};
	for (let y = 0; y < high; y++)
		for (let x = 0; x < row; x++) {
			const at = y * row + x;
			const a = x < bpp ? 0 : out[at - bpp];
			const b = y === 0 ? 0 : out[at - row];
			const c = x < bpp || y === 0 ? 0 : out[at - row - bpp];
			out[at] = raw[y * (row + 1) + 1 + x] + [0, a, b,
			    a + b >> 1, paeth(a, b, c)][raw[y * (row + 1)]];
		}
	const at = (x, y) => {
		const p = Math.round(y) * row + Math.round(x) * bpp;
		return "rgb(" + out[p] + ", " + out[p + 1] + ", " +
		    out[p + 2] + ")";
	};
	const of = (color) => {
		let n = 0;
		for (let y = 0; y < high; y++)
			for (let x = 0; x < wide; x++)
				n += at(x, y) === color;
		return n;
	};
	return { wide, high, at, of };
}

const key = (c) => "getComputedStyle(document.querySelector('.key." + c +
    "')).backgroundColor";
function same(got, want, what) {
	if (got !== want)
		throw new Error(what + ": " + got + ", not " + want);
}

const READY = "document.documentElement?.dataset.searched === 'yes'";
const tile = (name) => "[...document.querySelectorAll('#tiles div')]" +
    ".find((d) => d.firstChild.textContent === '" + name +
    "')?.lastChild.textContent";
const text = (id) => "document.getElementById('" + id + "').innerText";
const has = (id, s) => text(id) + ".includes(" + JSON.stringify(s) + ")";

// "/" to the field, Esc empties it, the question, Enter
async function search(b, q) {
	if (await b.ask("document.activeElement.id !== 'q'"))
		await b.key("/", "/");
	await b.until("document.activeElement.id === 'q'");
	await b.key("Escape");
	await b.type(q);
	await b.key("Enter", "\r");
}

async function focused(b, what) {
	for (let i = 0; i < 60; i++) {
		if (await b.ask("document.activeElement" + what))
			return;
		await b.key("Tab");
	}
	throw new Error("Tab never comes to " + what);
}

// What is read stays where it is while the rest comes.
async function still(b) {
	const moved = await b.ask("moved");
	if (moved > .05)
		throw new Error("things moved: " + moved);
}

// ---- what is proved

const steps = {
	// nobody there
	async none(b) {
		await b.until(tile("Sessions") + " === '0'");
		await b.until(has("found", "No sessions."));
		await b.until(has("tale", "Nobody."));
		await b.until(has("failures", "No set-up has failed."));
		await b.until(has("gov-list", "No decisions"));
		await b.until("document.querySelectorAll" +
		    "('#workers-t tbody tr').length === 2");
		await b.until("document.querySelectorAll" +
		    "('#setups-t tbody tr').length === 5");
		// the use of the CPU between two decisions is not made up
		const parts = await b.ask("timeline({ history: [5, 500]" +
		    ".map((a) => ({ 'seconds-ago': a, decision: 'scale_up'," +
		    " workers: 2, cpu: 100 })), governor: { current_workers:" +
		    " 2 } }, Date.now() / 1000).querySelectorAll(" +
		    "'.cpu-line').length");
		if (parts < 2)
			throw new Error("one line over 495 seconds");
		const other = await b.ask("performance.getEntriesByType" +
		    "('resource').filter((e) => !e.name.startsWith(" +
		    "location.origin)).length");
		if (other !== 0)
			throw new Error("asks other hosts");
		await still(b);
	},
	// fred is up; the keyboard alone finds him
	async one(b) {
		await b.until(tile("Sessions") + " === '1'");
		await search(b, "fre");
		await b.until(has("found", "1 session for fre."));
		await b.until(has("tale", "name fred"));
		await b.until(has("tale", "up \u2713"));
		await focused(b, ".matches('#rows button')");
		await b.key("Enter", "\r");
		await b.until("document.activeElement.id === 'tale'");
		await b.until(has("rows", "10.0."));
		// what is listed goes on, and leaves the reader where he is
		await focused(b, ".matches('#rows button')");
		const old = await b.ask(text("rows"));
		await b.until(text("rows") + " !== " + JSON.stringify(old));
		await b.until("document.activeElement" +
		    ".matches('#rows button')");
		// by address, and by the beginning of the MAC
		const mac = await b.ask("document.querySelectorAll" +
		    "('#rows td')[2].textContent");
		const ip = await b.ask("document.querySelectorAll" +
		    "('#rows td')[1].textContent");
		for (const q of [ip, mac.slice(0, 8).toUpperCase()]) {
			await search(b, q);
			await b.until(has("found", "1 session for " + q));
			await b.until(has("tale", mac));
		}
		await search(b, "nobody.here[0-9]*");
		await b.until(has("found", "No session now begins with"));
		await b.until(has("tale", "Not heard of lately."));
		await b.key("Escape");
		await b.until(has("found", "1 session."));
		// a pause holds it
		await focused(b, ".id === 'pause'");
		await b.key("Enter", "\r");
		await b.until("document.getElementById('pause')" +
		    ".getAttribute('aria-pressed') === 'true'");
	},
	// a name that is markup, refused: shown as text, with the side
	async hostile(b) {
		await b.until(has("tale", "<img src=x onerror="));
		await b.until(has("tale", "authentication \u2717"));
		await b.until(has("tale", "peer's name or secret is wrong"));
		await b.until(has("failures",
		    "peer's name or secret is wrong (we)"));
		if (await b.ask("document.querySelectorAll('img').length"))
			throw new Error("a name became markup");
	},
	// decisions of the governor, on a phone, light and dark
	async phone(b) {
		await b.size(360, 740, true);
		await b.until(has("gov-list", "scale_up (by_hand)"));
		await b.until("document.querySelectorAll('#gov-line circle')" +
		    ".length >= 1");
		await b.until("document.scrollingElement.scrollWidth <= 360",
		    "it fits the width of a phone");
		const small = await b.ask("[...document.querySelectorAll(" +
		    "'button, input')].filter((e) => e.offsetHeight > 0 && " +
		    "e.offsetHeight < 32).length");
		if (small !== 0)
			throw new Error("too small for a finger");
		const ground = "getComputedStyle(document.body)" +
		    ".backgroundColor";
		await b.scheme("light");
		const light = await b.ask(ground);
		await b.scheme("dark");
		await b.until(ground + " !== '" + light + "'");
	},
	// a client's page
	async client(b) {
		await b.until("!document.getElementById('links').hidden");
		await b.until(has("links-t", "deflink"));
		await b.until(has("links-t", "open"));
		await b.until("document.getElementById('governor').hidden");
	},
	// nothing is measured: how to change that is told
	async off(b) {
		await b.until(has("quality-now", "set quality on"));
		await b.until("document.querySelectorAll('svg .median')" +
		    ".length === 0");
	},
	// two lines: fred's loses answers, wilma's none
	async lines(b) {
		const box = (i) => "document.querySelectorAll('#worst > div')[" +
		    i + "]";
		await b.until(has("quality-now", "The 2 lines that lose most"));
		await b.until(box(0) + ".innerText.includes('fred')");
		await b.until(box(1) + ".innerText.includes('wilma')");
		await b.until(box(0) + ".querySelector('.lost').getBBox()" +
		    ".height > 0");
		await b.until(box(0) + ".querySelector('.median:not(.l0)')");
		await b.until(box(1) + ".querySelector('.median.l0')");
		same(await b.ask(box(1) + ".querySelector('.lost').getBBox()" +
		    ".height"), 0, "what wilma lost");
		await b.until("/median [0-9.]+ ms.*lost [1-9]/.test(" + box(0) +
		    ".querySelector('svg').getAttribute('aria-label'))");
		for (const s of ["light", "dark"]) {
			await b.scheme(s);
			const p = await b.pixels("#worst > div:nth-child(2) svg");
			if (p.of(await b.ask(key("l0"))) < 20)
				throw new Error(s + ": no median to be seen");
			const f = await b.pixels("#worst > div svg");
			if (f.of(await b.ask(key("l4"))) < 20)
				throw new Error(s + ": no loss to be seen");
		}
		// the same as a table, by keyboard; it stays open
		await focused(b, ".matches('#worst summary')");
		await b.key("Enter", "\r");
		await b.until("document.querySelector('#worst table')");
		const seen = await b.ask(text("quality-now"));
		await b.until(text("quality-now") + " !== " +
		    JSON.stringify(seen), "it is drawn again");
		await b.until("document.activeElement.matches" +
		    "('#worst summary')");
		await b.until("document.querySelectorAll" +
		    "('#worst > div:first-child tbody tr').length >= 2");
		// in the story of one
		await search(b, "wilma");
		await b.until("document.querySelectorAll('#tale-lines svg')" +
		    ".length === 1");
		await b.until(has("tale-lines", "wilma"));
		await b.until(has("tale", "name wilma"));
		await b.size(360, 740, true);
		await b.until("document.querySelector('#worst svg').viewBox" +
		    ".baseVal.width < 340", "drawn anew for a phone");
		await b.until("document.scrollingElement.scrollWidth <= 360");
		await b.key("Escape");
	},
	// where things are in a plot, of rows that we make: two ages of one
	// line, with 10, 20, 30, 40, 50 ms, the older one with loss
	async drawn(b) {
		await b.ask(text("quality-now"));
		await b.ask("clearTimeout(timer), paused = true, plots(" +
		    "'worst', [[600, 300, 5], [300, 300, 0], [20, 10, 0], " +
		    "[10, 10, 0], [0, 10, 0]].map((r) => ({ interface: " +
		    "'eth0', peer: '02:00:00:00:00:01', sid: 7, user: " +
		    "'<b>x</b>', ago: r[0], seconds: r[1], sent: 10, lost: " +
		    "r[2], loss_percent: r[2] * 10, min_ms: 10, q1_ms: 20, " +
		    "median_ms: 30, q3_ms: 40, max_ms: 50, mdev_ms: 5, " +
		    "jitter_ms: 5 })))");
		same(await b.ask("document.querySelector('#worst h3')" +
		    ".innerText.includes('<b>x</b>')"), true, "name");
		for (const s of ["light", "dark"]) {
			await b.scheme(s);
			const p = await b.pixels("#worst svg");
			const y = (v) => 142 - v / 52.5 * 134;
			const old = 60, now = p.wide * .75;
			const color = {};
			for (const c of ["all", "half", "l0", "l4"])
				color[c] = await b.ask(key(c));
			same(p.at(now, y(30)), color.l0, "median");
			same(p.at(now, y(25)), color.half, "half, below");
			same(p.at(now, y(35)), color.half, "half, above");
			same(p.at(now, y(15)), color.all, "all, below");
			same(p.at(now, y(45)), color.all, "all, above");
			same(p.at(now, y(5)), await b.ask("getComputedStyle(" +
			    "document.getElementById('quality'))" +
			    ".backgroundColor"), "nothing");
			same(p.at(old, y(30)), color.l4, "median with loss");
			same(p.at(old, 159), color.l4, "loss");
			if (p.at(now, 159) === color.l4)
				throw new Error("loss where there is none");
		}
		await b.until("document.querySelectorAll('#worst .zone')" +
		    ".length === 1");
		await b.until("document.querySelector('#worst svg')" +
		    ".textContent.includes('15 min')");
	},
	// ppp ends: what stands here is old, and says so
	async gone(b) {
		await b.until("document.querySelectorAll('#worst svg')" +
		    ".length === 2");
		writeFileSync("gone.ready", "");
		await b.until(has("trouble", "No answer from ppp"));
		await b.until(has("trouble", "What stands here is of "));
		await b.until("document.querySelector('main.stale')");
		await b.until("document.querySelectorAll('#worst svg')" +
		    ".length === 2");
		b.trouble = [];		// it could not connect
	},
	// 50 of many are shown, and how it is told
	async many(b) {
		await b.until(tile("Sessions") + " === '8\u202f000'");
		await b.until("document.querySelectorAll('#worst svg')" +
		    ".length === 6");
		await b.until(has("found", "The first 50 sessions."));
		await b.until("document.querySelectorAll" +
		    "('#rows tbody tr').length === 50");
		await still(b);
	},
	async shots(b) {
		const dir = process.argv[3];
		for (const [name, w, h] of [["desk", 1280, 800],
		    ["phone", 360, 740]])
			for (const s of ["light", "dark"]) {
				await b.size(w, h, name === "phone");
				await b.scheme(s);
				await new Promise((ok) =>
				    setTimeout(ok, 4500));
				await b.shot(join(dir, name + "-" + s +
				    ".png"));
			}
	},
};

const step = steps[process.argv[2]];
if (step === undefined) {
	console.error("steps: " + Object.keys(steps).join(" "));
	process.exit(2);
}
const b = new Browser();
let bad = "";
try {
	await b.open(URL_);
	await b.until(READY, "the page is ready");
	await b.ask("window.moved = 0, new PerformanceObserver((l) => " +
	    "l.getEntries().forEach((e) => { moved += e.hadRecentInput ? 0 :" +
	    " e.value; })).observe({ type: 'layout-shift', buffered: true })");
	await step(b);
	bad = b.trouble.join("\n");
} catch (e) {
	bad = e.stack + "\n" + b.trouble.join("\n");
}
await b.close();
if (bad !== "")
	console.error(bad);
process.exit(bad === "" ? 0 : 1);
