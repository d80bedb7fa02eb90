// The film of a player: HLS by hls.js where the browser can be fed by script, else by the browser itself. When an
// address in the playlist has ended, the master is asked again and the film goes on at the same second (player.js).
"use strict";

const MOST_RENEWALS = 5;

const later = (milliseconds) => new Promise((go) => setTimeout(go, milliseconds));
const onceConnected = () => navigator.onLine || new Promise((go) => addEventListener("online", go, { once: true }));

function loaded(address) {
  const script = Object.assign(document.createElement("script"), { src: address });
  document.head.append(script);
  return new Promise((resolve, reject) => Object.assign(script, { onload: resolve, onerror: reject }));
}

class Stream {
  constructor(video, { master, at, engine }, heard) {
    Object.assign(this, { video, master, heard, begun: false, wanted: false, target: at, renewals: 0 });
    this.fed = "MediaSource" in window;
    this.engine = this.fed && loaded(engine);
    if (this.engine) this.engine.catch(() => {}); // said when it is needed
    video.removeAttribute("src");
    video.load();
    video.addEventListener("error", () => this.begun && !this.fed && this.renew());
    video.addEventListener("timeupdate", () => this.arrive());
    video.addEventListener("play", () => (this.wanted = true));
    video.addEventListener("pause", () => (this.wanted &&= Boolean(video.error))); // an error pauses too
  }

  // The second where the film is, or will be as soon as it is there.
  get position() {
    return this.target ?? this.video.currentTime;
  }

  arrive() {
    if (this.target !== null && !this.video.seeking && Math.abs(this.video.currentTime - this.target) < 1) this.target = null;
  }

  async start(at) {
    Object.assign(this, { begun: true, target: at });
    if (!this.fed) return this.open(at);
    try {
      await this.engine;
    } catch {
      return this.fail();
    }
    this.feed(at);
  }

  open(at) {
    this.video.src = this.master;
    this.video.addEventListener("loadedmetadata", () => (this.video.currentTime = at), { once: true });
  }

  feed(at) {
    if (this.hls) this.hls.destroy();
    this.hls = new Hls({ enableWorker: false, startPosition: at, capLevelToPlayerSize: true });
    this.hls.on(Hls.Events.ERROR, (_name, problem) => this.heed(problem));
    this.hls.attachMedia(this.video);
    this.hls.loadSource(this.master);
  }

  heed(problem) {
    const ended = STOPS.includes(problem.response?.code);
    if (problem.fatal || ended) this.renew();
  }

  goesOn() {
    this.renewals = 0;
  }

  async renew() {
    if (this.renewing) return;
    this.renewing = true;
    if (this.hls) this.hls.stopLoad();
    const answer = await this.ask();
    this.renewing = false;
    if (!answer) return this.fail();
    if (!answer.ok) return this.heard.refused(await detailOf(answer));
    const { wanted, position } = this;
    await this.start(position);
    if (wanted) this.video.play().catch(() => {});
  }

  // The answer of the master, or null when it does not come.
  async ask() {
    while (this.renewals < MOST_RENEWALS) {
      await onceConnected();
      if (this.renewals) await later(500 * 2 ** this.renewals);
      this.renewals += 1;
      const answer = await fetch(this.master, { headers: { Accept: "application/json" } }).catch(() => null);
      if (answer && answer.status < 500) return answer;
    }
    return null;
  }

  seek(at) {
    if (!this.begun) this.target = at;
    else if (this.target !== null) this.start(at);
    else this.video.currentTime = at;
  }

  fail() {
    this.close();
    this.heard.failed();
  }

  close() {
    const at = this.position;
    this.video.pause();
    if (this.hls) this.hls.destroy();
    Object.assign(this, { hls: null, begun: false, target: at, renewals: 0 });
  }
}
