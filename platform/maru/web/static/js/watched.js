// What was truly played of a video, and its way to the server (player.js; components/player.html says what is sent).
"use strict";

const FASTEST = 2;
const SLACK = 0.3; // seconds that a clock of the browser may be off between two looks
const STOPS = [401, 403, 404, 410];

const rounded = (seconds) => Math.round(100 * seconds) / 100;

function merged(intervals) {
  const whole = [];
  for (const [from, to] of [...intervals].sort((one, other) => one[0] - other[0])) {
    const last = whole[whole.length - 1];
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else whole.push([from, to]);
  }
  return whole;
}

async function detailOf(answer) {
  return (await answer.json().catch(() => ({}))).detail || "";
}

// Tells `played(from, to)` of each stretch that passed at its own pace; a jump is none.
class Watching {
  constructor(video, played) {
    Object.assign(this, { video, played, since: null });
    ["timeupdate", "pause", "ended", "ratechange", "waiting"].forEach((name) => video.addEventListener(name, () => this.look()));
    ["playing", "seeked"].forEach((name) => video.addEventListener(name, () => this.begin()));
    ["seeking", "emptied"].forEach((name) => video.addEventListener(name, () => (this.since = null)));
  }

  begin() {
    this.since = { at: this.video.currentTime, time: performance.now() };
  }

  look() {
    if (!this.since || this.video.seeking) return;
    const { at, time } = this.since;
    const gone = this.video.currentTime - at;
    const pace = this.video.playbackRate;
    if (gone > 0 && pace <= FASTEST && gone <= ((performance.now() - time) / 1000) * pace + SLACK) this.played(at, at + gone);
    this.begin();
  }
}

// Sends what was played. What is not accepted yet also lies in the browser's store, for the next visit.
class Reports {
  constructor({ progress_url, mark }, at, token, heard) {
    Object.assign(this, { address: progress_url, token, heard, key: `maru.watched.${mark}`, told: rounded(at), stopped: !progress_url });
    this.waiting = this.kept();
    this.batches = new Set();
  }

  add(from, to) {
    this.waiting = merged([...this.waiting, [rounded(from), rounded(to)]]);
  }

  async send(position) {
    const at = rounded(position);
    if (this.stopped || (!this.waiting.length && at === this.told)) return;
    const batch = this.waiting;
    this.batches.add(batch);
    this.waiting = [];
    this.told = at;
    this.keep();
    const answer = await this.post({ intervals: batch, at }).catch(() => null);
    this.batches.delete(batch);
    const status = answer ? answer.status : 0;
    const refused = STOPS.includes(status);
    const later = !status || status === 429 || status >= 500;
    if (refused) this.stopped = true;
    if (refused || later) this.take(batch);
    this.keep();
    if (refused) this.heard.refused(await detailOf(answer));
    else if (later) this.heard.unsent();
    else if (answer.ok) this.heard.accepted(await answer.json());
  }

  post(report) {
    return fetch(this.address, {
      method: "POST",
      keepalive: true,
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRF-Token": this.token },
      body: JSON.stringify(report),
    });
  }

  take(batch) {
    this.waiting = merged([...batch, ...this.waiting]);
    this.told = null;
  }

  kept() {
    try {
      return merged(JSON.parse(localStorage.getItem(this.key)) || []);
    } catch {
      return [];
    }
  }

  keep() {
    const all = merged([...this.batches].flat().concat(this.waiting));
    try {
      if (all.length) localStorage.setItem(this.key, JSON.stringify(all));
      else localStorage.removeItem(this.key);
    } catch {
      // a browser that keeps nothing: the report waits in this page alone
    }
  }
}
