// The keys, the track and the words of a video (components/player.html). Before the first press nothing is fetched.
// Needs watched.js and stream.js before it.
"use strict";

const RATES = [1, 1.25, 1.5, 0.75];
const STEP = 10;
const LOADING_AFTER = 1500;

class Transcript {
  constructor(list, go) {
    this.list = list;
    this.lines = [...list.children].map((line) => {
      const [from, to] = [Number(line.dataset.from), Number(line.dataset.to)];
      const button = Object.assign(document.createElement("button"), { type: "button" });
      button.append(...line.childNodes);
      button.addEventListener("click", () => go(from));
      line.append(button);
      return { line, from, to };
    });
    list.classList.add("transcript--live");
  }

  mark(at) {
    const now = this.lines.find(({ from, to }) => from <= at && at < to);
    if (!now || now === this.now) return;
    if (this.now) this.now.line.removeAttribute("aria-current");
    this.now = now;
    now.line.setAttribute("aria-current", "true");
    const read = this.list.matches(":hover") || this.list.contains(document.activeElement);
    if (!read) this.list.scrollTop = now.line.offsetTop - this.list.clientHeight / 3;
  }
}

class Credited {
  constructor(box, amount) {
    Object.assign(this, { box, amount });
  }

  show(seconds, share, completed) {
    const percent = Math.floor(100 * share);
    this.box.querySelector("[data-credited-words]").textContent = this.amount(seconds);
    Object.assign(this.box.querySelector("progress"), { value: percent, textContent: `${percent}%` });
    this.box.querySelector("[data-credited-done]").hidden = !completed;
  }
}

class Player {
  constructor(root) {
    this.root = root;
    this.facts = JSON.parse(root.dataset.player);
    this.words = JSON.parse(root.dataset.words);
    this.video = root.querySelector("video");
    this.seen = merged(this.facts.watched);
    this.completed = this.facts.completed;
    const { seconds, resume_at: resume } = this.facts;
    const at = resume < seconds - 1 ? resume : 0;
    this.watching = new Watching(this.video, (from, to) => this.played(from, to));
    this.reports = new Reports(this.facts, at, root.dataset.token, this);
    this.stream = new Stream(this.video, { master: this.facts.master, at, engine: root.dataset.engine }, this);
    this.transcripts = [...document.querySelectorAll("[data-transcript]")].map((list) => new Transcript(list, (to) => this.playFrom(to)));
    this.prepare(at);
    this.listen();
    this.draw();
    this.report();
  }

  part(name) {
    return this.root.querySelector(`[data-player-${name}]`);
  }

  key(name) {
    return this.root.querySelector(`[data-key=${name}]`);
  }

  prepare(at) {
    this.video.controls = false;
    this.range = this.root.querySelector(".player__seek");
    this.part("deck").hidden = false;
    this.part("length").textContent = this.clock(this.facts.seconds);
    this.captions = [...this.video.textTracks, null];
    const first = [...this.video.querySelectorAll("track")].findIndex((track) => track.default);
    this.captions.unshift(...this.captions.splice(Math.max(first, 0), 1));
    if (this.key("captions")) this.showCaptions();
    this.part("restart").hidden = !at;
    if (at) this.say("resumed", { time: this.clock(at) });
    const box = document.querySelector("[data-credited]");
    this.credited = box && new Credited(box, (seconds) => this.of(this.words.amount, seconds));
  }

  listen() {
    const acts = { back: () => this.skip(-STEP), play: () => this.toggle(), forward: () => this.skip(STEP), captions: () => this.nextCaptions(), speed: () => this.nextRate(), screen: () => this.fill() };
    Object.entries(acts).forEach(([name, act]) => this.key(name)?.addEventListener("click", act));
    const codes = { Space: acts.play, ArrowLeft: acts.back, ArrowRight: acts.forward, KeyC: acts.captions, KeyF: acts.screen };
    this.root.addEventListener("keydown", (event) => this.press(event, codes[event.code]));
    this.part("restart").addEventListener("click", () => this.playFrom(0));
    this.video.addEventListener("click", () => (this.toggle(), this.key("play").focus({ preventScroll: true })));
    this.range.addEventListener("input", () => this.drawPosition(Number(this.range.value)));
    this.range.addEventListener("change", () => this.seek(Number(this.range.value)));
    this.listenToVideo();
    this.listenToWorld();
  }

  listenToVideo() {
    const on = (names, act) => names.split(" ").forEach((name) => this.video.addEventListener(name, act));
    on("play pause ended emptied", () => this.showState());
    on("timeupdate seeked", () => this.draw());
    on("pause seeking ended", () => this.report());
    on("waiting", () => this.expectSoon());
    on("playing pause", () => this.arrived());
  }

  listenToWorld() {
    setInterval(() => (!this.video.paused || this.reports.waiting.length) && this.report(), 1000 * this.facts.report_every);
    document.addEventListener("visibilitychange", () => document.hidden && this.leave());
    document.addEventListener("fullscreenchange", () => this.showScreen());
    addEventListener("pagehide", () => this.leave());
    addEventListener("offline", () => this.say("offline"));
    addEventListener("online", () => (this.say("online"), this.report()));
  }

  press(event, act) {
    const own = event.code === "Space" && event.target.closest("button");
    if (!act || own || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    act();
  }

  async toggle() {
    if (!this.video.paused) return this.video.pause();
    this.expectSoon();
    if (!this.stream.begun) await this.stream.start(this.stream.position);
    await this.video.play().catch(() => {});
  }

  playFrom(at) {
    this.seek(at);
    if (this.video.paused) this.toggle();
  }

  skip(seconds) {
    this.seek(this.stream.position + seconds);
  }

  seek(to) {
    this.watching.look();
    this.stream.seek(Math.min(Math.max(to, 0), this.facts.seconds));
    this.draw();
  }

  nextCaptions() {
    this.captions.push(this.captions.shift());
    this.showCaptions();
  }

  showCaptions() {
    const [chosen] = this.captions;
    [...this.video.textTracks].forEach((track) => (track.mode = track === chosen ? "showing" : "disabled"));
    const { captions, captionsOf, captionsOff } = this.words;
    const words = this.captions.length > 2 ? captionsOf.replace("{language}", chosen?.label) : captions;
    this.key("captions").querySelector("span").textContent = chosen ? words : captionsOff;
    this.key("captions").setAttribute("aria-pressed", Boolean(chosen));
  }

  nextRate() {
    const rate = RATES[(RATES.indexOf(this.video.playbackRate) + 1) % RATES.length];
    Object.assign(this.video, { defaultPlaybackRate: rate, playbackRate: rate });
    this.key("speed").querySelector("span").textContent = this.words.speed.replace("{rate}", rate);
  }

  fill() {
    const stage = this.part("stage");
    if (document.fullscreenElement) document.exitFullscreen();
    else if (stage.requestFullscreen) stage.requestFullscreen().catch(() => {});
    else this.video.webkitEnterFullscreen?.(); // iPhones fill the screen with the film alone
  }

  showScreen() {
    const { large, small } = this.words;
    this.key("screen").querySelector("span").textContent = document.fullscreenElement ? small : large;
  }

  showState() {
    this.root.querySelectorAll("[data-player-when]").forEach((words) => {
      words.hidden = (words.dataset.playerWhen === "paused") !== this.video.paused;
    });
  }

  expectSoon() {
    clearTimeout(this.late);
    this.late = setTimeout(() => this.video.paused || this.say("loading"), LOADING_AFTER);
  }

  arrived() {
    clearTimeout(this.late);
    if (this.video.paused) return;
    this.part("restart").hidden = true;
    if (["loading", "failed", "resumed"].includes(this.saying)) this.say("");
  }

  played(from, to) {
    this.stream.goesOn();
    this.seen = merged([...this.seen, [from, to]]);
    this.reports.add(from, to);
  }

  draw() {
    this.drawPosition(this.stream.position);
    this.transcripts.forEach((transcript) => transcript.mark(this.stream.position));
    const width = 1000 / this.facts.seconds;
    const bars = this.seen.map(([from, to]) => `M${(from * width).toFixed(1)} 5h${((to - from) * width).toFixed(1)}v6H${(from * width).toFixed(1)}z`);
    this.root.querySelector(".player__track .seen").setAttribute("d", bars.join(""));
  }

  // The value that a reader hears stands still while the film plays on below the focus; it changes with each step.
  drawPosition(at) {
    this.part("position").textContent = this.clock(at);
    this.root.querySelector(".player__track .head").setAttribute("x", (992 * at) / this.facts.seconds);
    if (document.activeElement === this.range && !this.video.paused && Math.abs(at - this.range.value) < STEP / 2) return;
    this.range.value = at;
    this.range.setAttribute("aria-valuetext", this.of(this.words.position, at));
  }

  say(name, values = {}) {
    clearTimeout(this.late);
    this.saying = name;
    const words = Object.entries(values).reduce((text, [key, value]) => text.replace(`{${key}}`, value), this.words[name] || "");
    this.part("note").textContent = words;
  }

  report() {
    this.reports.send(this.stream.position);
  }

  leave() {
    this.watching.look();
    this.report();
  }

  // What the server and the stream have to say

  accepted({ watched, share, completed }) {
    if (this.saying === "unsent") this.say("");
    if (completed && !this.completed) this.say("completed");
    this.completed = completed;
    this.credited?.show(watched, share, completed);
  }

  unsent() {
    if (navigator.onLine && this.saying !== "unsent") this.say("unsent");
  }

  failed() {
    this.say("failed");
  }

  refused(detail) {
    const note = this.part("note");
    const held = this.part("deck").contains(document.activeElement);
    this.reports.stopped = true;
    this.stream.close();
    this.part("deck").hidden = true;
    this.part("restart").hidden = true;
    this.say("refused");
    if (detail) note.textContent = detail;
    if (held) Object.assign(note, { tabIndex: -1 }).focus();
  }

  // Times

  clock(seconds) {
    const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, Math.floor(seconds) % 60];
    const [first, ...rest] = parts[0] ? parts : parts.slice(1);
    return [first, ...rest.map((part) => String(part).padStart(2, "0"))].join(":");
  }

  of(words, seconds) {
    return words.replace("{time}", this.lasting(seconds)).replace("{length}", this.lasting(this.facts.seconds));
  }

  lasting(seconds) {
    const amounts = { hour: Math.floor(seconds / 3600), minute: Math.floor(seconds / 60) % 60, second: Math.floor(seconds) % 60 };
    const told = Object.entries(amounts).filter(([, amount]) => amount).slice(0, 2);
    const style = { style: "unit", unitDisplay: "short" };
    const say = ([unit, amount]) => new Intl.NumberFormat(document.documentElement.lang, { ...style, unit }).format(amount);
    return (told.length ? told : [["second", 0]]).map(say).join(" ");
  }
}

document.querySelectorAll("[data-player]").forEach((root) => new Player(root));
