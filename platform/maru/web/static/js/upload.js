// Upload of one large file straight to the object store, in parts by signed addresses; the web never sees the bytes.
// What is on its way is known to the server: begin answers which parts have arrived, so that continuing after a pause,
// a lost line, a reload or a closed window is beginning again with the same file (components/upload.html).
//   POST data-begin  filename, bytes, type, modified (ms), csrf_token
//        -> {part_bytes, done: [numbers], parts_url, finish_url, cancel_url}
//   GET  parts_url?numbers=3,4,5 -> {urls: {"3": address, ...}}
//   POST finish_url -> {next: address of the page to go to};  POST cancel_url -> {}
// A refusal is a Problem Details document; its detail is shown.
"use strict";

const AT_ONCE = 3;
const AHEAD = 15;
const RETRIES = 6;
const STALLED = 60_000;

class Refusal extends Error {}

const wait = (milliseconds) => new Promise((go) => setTimeout(go, milliseconds));
const connected = () => navigator.onLine || new Promise((go) => addEventListener("online", go, { once: true }));

async function ask(address, signal, fields) {
  const body = fields && { method: "POST", body: new URLSearchParams(fields) };
  const answer = await fetch(address, { ...body, signal, headers: { Accept: "application/json" } });
  if (answer.status >= 500 || answer.status === 429) throw new Error(answer.status);
  if (!answer.ok || answer.redirected) throw new Refusal((await answer.json().catch(() => ({}))).detail || "");
  return answer.json();
}

async function steadily(signal, act) {
  for (let tries = 0; ; tries += 1) {
    await connected();
    signal.throwIfAborted();
    try {
      return await act();
    } catch (problem) {
      if (problem instanceof Refusal || signal.aborted || tries === RETRIES) throw problem;
      await wait(1000 * 2 ** tries);
    }
  }
}

class Sending {
  constructor(file, plan, signal, report) {
    Object.assign(this, { file, plan, signal, report });
    const done = new Set(plan.done);
    const numbers = Array.from({ length: Math.ceil(file.size / plan.part_bytes) }, (_, place) => place + 1);
    this.waiting = numbers.filter((number) => !done.has(number));
    this.sent = new Map([...done].map((number) => [number, this.part(number).size]));
    this.addresses = new Map();
  }

  part(number) {
    return this.file.slice((number - 1) * this.plan.part_bytes, number * this.plan.part_bytes);
  }

  async all() {
    this.count();
    await Promise.all(Array.from({ length: AT_ONCE }, () => this.work()));
  }

  async work() {
    while (this.waiting.length) {
      const number = this.waiting.shift();
      await steadily(this.signal, async () => this.put(number, await this.address(number)));
    }
  }

  async address(number) {
    if (!this.addresses.has(number)) {
      const asked = new URL(this.plan.parts_url, location);
      asked.searchParams.set("numbers", [number, ...this.waiting.slice(0, AHEAD)].join());
      const { urls } = await ask(asked, this.signal);
      Object.entries(urls).forEach(([each, address]) => this.addresses.set(Number(each), address));
    }
    return this.addresses.get(number);
  }

  count(number, bytes) {
    if (number) this.sent.set(number, bytes);
    this.report([...this.sent.values()].reduce((sum, each) => sum + each, 0));
  }

  put(number, address) {
    const part = this.part(number);
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    let stalled = setTimeout(abort, STALLED);
    request.upload.addEventListener("progress", ({ loaded }) => {
      clearTimeout(stalled);
      stalled = setTimeout(abort, STALLED);
      this.count(number, loaded);
    });
    this.signal.addEventListener("abort", abort);
    return new Promise((resolve, reject) => {
      request.addEventListener("loadend", () => {
        clearTimeout(stalled);
        this.signal.removeEventListener("abort", abort);
        this.arrived(number, part.size, request.status, resolve, reject);
      });
      request.open("PUT", address);
      request.send(part);
    });
  }

  arrived(number, bytes, status, resolve, reject) {
    this.count(number, status === 200 ? bytes : 0);
    if (status === 200) return resolve();
    this.addresses.delete(number); // it may have ended; the next try asks for another
    reject(status === 404 ? new Refusal("") : new Error(status));
  }
}

class Upload {
  constructor(form) {
    this.form = form;
    this.words = form.dataset;
    this.input = form.querySelector("input[type=file]");
    this.bar = form.querySelector("progress");
    const numbers = { style: "unit", unitDisplay: "short", maximumSignificantDigits: 3 };
    this.sizes = ["megabyte", "gigabyte"].map((unit) => new Intl.NumberFormat(document.documentElement.lang, { ...numbers, unit }));
    form.addEventListener("submit", (event) => this.begin(event));
    this.part("toggle").addEventListener("click", () => (this.stop.signal.aborted ? this.run() : this.pause()));
    this.part("cancel").addEventListener("click", () => this.cancel());
    addEventListener("offline", () => this.running() && this.say(this.words.offline, true));
    addEventListener("online", () => this.running() && this.say(this.words.going, true));
    this.show("choose");
  }

  part(name) {
    return this.form.querySelector(`[data-upload-${name}]`);
  }

  running() {
    return Boolean(this.stop) && !this.stop.signal.aborted;
  }

  show(state) {
    this.part("choose").hidden = state !== "choose";
    this.part("panel").hidden = state === "choose";
    this.part("cancel").hidden = state !== "stopped";
    this.part("toggle").textContent = state === "stopped" ? this.words.resume : this.words.pause;
    this.part("words").classList.toggle("error", false);
  }

  say(words, aloud) {
    this.part("words").textContent = words;
    if (aloud) this.part("status").textContent = words;
  }

  begin(event) {
    event.preventDefault();
    [this.file] = this.input.files;
    if (!this.file) return;
    this.part("name").textContent = this.file.name;
    this.run();
    this.part("toggle").focus();
  }

  async run() {
    const stop = new AbortController();
    Object.assign(this, { stop, since: null, told: 0 });
    this.show("sending");
    this.say(this.words.going, true);
    try {
      this.plan = await steadily(stop.signal, () => this.post(this.words.begin, this.facts(), stop.signal));
      await new Sending(this.file, this.plan, stop.signal, (bytes) => stop.signal.aborted || this.report(bytes)).all();
      const { next } = await steadily(stop.signal, () => this.post(this.plan.finish_url, {}, stop.signal));
      this.say(this.words.done, true);
      location.assign(next);
    } catch (problem) {
      if (stop.signal.aborted) return;
      stop.abort();
      this.fail(problem);
    }
  }

  facts() {
    const { name, size, type, lastModified } = this.file;
    return { filename: name, bytes: size, type, modified: lastModified };
  }

  post(address, fields, signal) {
    return ask(address, signal, { ...fields, csrf_token: this.form.elements.csrf_token.value });
  }

  pause() {
    this.stop.abort();
    this.show("stopped");
    this.say(this.words.paused, true);
  }

  fail(problem) {
    this.show("stopped");
    this.say((problem instanceof Refusal && problem.message) || this.words.failed, true);
    this.part("words").classList.toggle("error", true);
  }

  async cancel() {
    try {
      if (this.plan) await this.post(this.plan.cancel_url, {});
    } catch (problem) {
      return this.fail(problem);
    }
    this.plan = null;
    this.form.reset();
    this.show("choose");
    this.part("status").textContent = this.words.cancelled;
    this.input.focus();
  }

  report(bytes) {
    const total = this.file.size;
    this.since ??= { bytes, time: performance.now() };
    this.bar.max = total;
    this.bar.value = bytes;
    if (!navigator.onLine) return;
    const tenths = Math.floor((10 * bytes) / total);
    this.say(this.progress(bytes, total), tenths > this.told);
    this.told = Math.max(this.told, tenths);
  }

  progress(bytes, total) {
    const words = this.words.progress.replace("{total}", this.size(total)).replace("{done}", this.size(bytes));
    const milliseconds = performance.now() - this.since.time;
    const gone = bytes - this.since.bytes;
    if (milliseconds < 2000 || gone <= 0) return words;
    const minutes = Math.ceil(((total - bytes) * milliseconds) / gone / 60_000);
    return `${words} · ${minutes > 1 ? this.words.left.replace("{minutes}", minutes) : this.words.soon}`;
  }

  size(bytes) {
    const [megabytes, gigabytes] = this.sizes;
    return bytes < 2 ** 30 ? megabytes.format(bytes / 2 ** 20) : gigabytes.format(bytes / 2 ** 30); // as Windows counts
  }
}

document.querySelectorAll("form[data-upload]").forEach((form) => new Upload(form));
