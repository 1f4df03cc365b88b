// A telephone in the browser: SIP over a WebSocket to Asterisk, sound by WebRTC. One call at a time.
//
// It decides nothing about calls: who is offered to whom, held or handed on is the hotline's business, and arrives here as
// ringing or as sound. Events: "change" whenever `line` or `call` is another one.
import { UA, WebSocketInterface } from "../vendor/jssip.js";

const SOUND_ONLY = { audio: true, video: false };
// No server outside is asked for addresses: the two are in one network, or behind the bank's own border controller.
const PEER = { iceServers: [] };
const RING_EVERY = 2600;

export class Telephone extends EventTarget {
  line = "off"; // off, connecting, on, lost
  call = ""; // "", calling, ringing, talking
  muted = false;
  why = ""; // why the line is lost or the last call failed, in the telephone's own words

  #ua = null;
  #retired = false; // takes no more calls, and ends with the talk that it has
  #user = ""; // whose telephone it is
  #session = null;
  #sound = null;
  #bell = null;

  // Whether it goes when the present talk is over.
  get retired() {
    return this.#retired;
  }

  // `line` is what the server says: user, password, url, port, path. `element` is the <audio> that speaks.
  start(line, element) {
    // Back before the talk is over, from which the telephone was to go.
    if (this.#retired && line.user === this.#user) {
      this.#retired = false;
      this.#ua.register();
      return;
    }
    this.stop();
    this.#user = line.user;
    this.#sound = element;
    const address = line.url || `ws://${location.hostname}:${line.port}${line.path}`;
    const ua = new UA({
      sockets: [new WebSocketInterface(address)],
      uri: `sip:${line.user}@hotline.invalid`,
      password: line.password,
      register: line.register ?? true,
      register_expires: 120,
      session_timers: false,
      user_agent: "Hotline softphone",
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 8,
    });
    // One that was stopped still has a last word to say, which is not about this line any more.
    const on = (name, act) => ua.on(name, (event) => this.#ua === ua && act(event));
    on("connecting", () => this.#turn("connecting"));
    on("connected", () => !(line.register ?? true) && this.#turn("on"));
    on("disconnected", () => this.#turn("lost"));
    on("registered", () => this.#turn("on"));
    on("unregistered", () => this.#turn(this.#retired ? "off" : "connecting"));
    on("registrationFailed", (event) => this.#turn("lost", event.cause));
    on("newRTCSession", (event) => this.#begin(event.session, event.originator));
    this.#ua = ua;
    ua.start();
  }

  // Unregister and let go; a call is hung up.
  stop() {
    this.#retired = false;
    const ua = this.#ua;
    this.#ua = null;
    ua?.stop();
    this.#turn("off");
  }

  // Take no more calls: another window is the telephone now, or its agent's session is over. A talk goes on to its end.
  retire() {
    if (this.call !== "talking") {
      this.stop();
      return;
    }
    this.#retired = true;
    this.#ua.unregister();
    this.#turn("off");
  }

  // Ask for the microphone, so that nobody is asked while somebody is on the line. Rejects when it is refused.
  static async tryMicrophone() {
    const stream = await navigator.mediaDevices.getUserMedia(SOUND_ONLY);
    for (const track of stream.getTracks()) track.stop();
  }

  // Dial; `from` is the number that the caller is shown with, where the line may say one.
  dial(number, from = "") {
    if (this.#ua === null || this.#session !== null) return;
    const asserted = from ? [`P-Asserted-Identity: <sip:${encodeURIComponent(from)}@hotline.invalid>`] : [];
    this.#ua.call(`sip:${number}@hotline.invalid`, {
      mediaConstraints: SOUND_ONLY, pcConfig: PEER, extraHeaders: asserted,
    });
  }

  answer() {
    if (this.call === "ringing") this.#session.answer({ mediaConstraints: SOUND_ONLY, pcConfig: PEER });
  }

  hangUp() {
    if (this.#session === null) return;
    // Who declines a ringing phone is told so: 603 is "no", and not "busy".
    this.#session.terminate(this.call === "ringing" ? { status_code: 603 } : undefined);
  }

  mute(on) {
    if (this.#session === null) return;
    if (on) this.#session.mute({ audio: true });
    else this.#session.unmute({ audio: true });
    this.muted = on;
    this.#tell();
  }

  // One key, as an RFC 4733 event within the sound.
  key(tone) {
    if (this.call === "talking") this.#session.sendDTMF(tone, { transportType: "RFC2833", duration: 120 });
  }

  // How much sound has come and gone on this call, in packets.
  async counted() {
    const counts = { in: 0, out: 0 };
    const stats = await this.#session?.connection?.getStats();
    stats?.forEach((each) => {
      if (each.type === "inbound-rtp") counts.in += each.packetsReceived;
      if (each.type === "outbound-rtp") counts.out += each.packetsSent;
    });
    return counts;
  }

  #begin(session, originator) {
    if (this.#session !== null) {
      session.terminate({ status_code: 486 });
      return;
    }
    this.#session = session;
    session.on("peerconnection", (event) => this.#listen(event.peerconnection));
    if (session.connection) this.#listen(session.connection);
    session.on("icecandidate", (event) => event.candidate?.type === "host" && setTimeout(event.ready, 150));
    session.on("accepted", () => this.#on("talking"));
    session.on("confirmed", () => this.#on("talking"));
    session.on("ended", () => this.#end(""));
    session.on("failed", (event) => this.#end(event.cause));
    this.#on(originator === "remote" ? "ringing" : "calling");
  }

  #listen(connection) {
    connection.addEventListener("track", (event) => {
      if (this.#sound === null) return;
      this.#sound.srcObject = event.streams[0] ?? new MediaStream([event.track]);
      this.#sound.play().catch(() => undefined);
    });
  }

  #on(call) {
    this.call = call;
    this.why = "";
    if (call === "ringing") this.#ring();
    else this.#silence();
    this.#tell();
  }

  #end(why) {
    this.#session = null;
    this.call = "";
    this.muted = false;
    this.why = why;
    if (this.#sound !== null) this.#sound.srcObject = null;
    this.#silence();
    if (this.#retired) this.stop();
    this.#tell();
  }

  // Two soft beeps, made here: a ringing phone needs no file.
  #ring() {
    const context = new AudioContext();
    const beep = () => {
      for (const at of [0, 0.25]) {
        const tone = new OscillatorNode(context, { frequency: 620 });
        const loud = new GainNode(context, { gain: 0 });
        loud.gain.setTargetAtTime(0.12, context.currentTime + at, 0.01);
        loud.gain.setTargetAtTime(0, context.currentTime + at + 0.15, 0.03);
        tone.connect(loud).connect(context.destination);
        tone.start(context.currentTime + at);
        tone.stop(context.currentTime + at + 0.4);
      }
    };
    beep();
    const again = setInterval(beep, RING_EVERY);
    this.#bell = () => {
      clearInterval(again);
      context.close();
    };
  }

  #silence() {
    this.#bell?.();
    this.#bell = null;
  }

  #turn(line, why = "") {
    if (line !== "on" && line !== "connecting" && this.call === "ringing") this.#end("");
    this.line = line;
    this.why = why;
    this.#tell();
  }

  #tell() {
    this.dispatchEvent(new Event("change"));
  }
}
