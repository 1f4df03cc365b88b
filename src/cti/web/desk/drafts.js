// Notes that the hotline does not have yet, kept in this browser until it has them: through a crash of either, and also
// when the wrap-up has ended meanwhile. Of each call one, of the agent who typed it; others on this machine see nothing of it.
import { store } from "./store.js";
import { get, put } from "./rest.js";

const BEGINNING = "hotline_draft_";
// So long the hotline takes notes of a talk that is over (an hour), and some more for a clock that is wrong.
const TRIED_FOR = 2 * 3_600_000;
const SENT_AT_ONCE = 5;
const address = (call) => `/contacts/${encodeURIComponent(call)}/draft`;

let sending = false;

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

export function keep(call, draft, revision) {
  localStorage.setItem(BEGINNING + call, JSON.stringify({ draft, revision, by: store.me?.name, at: Date.now() }));
}

export const forget = (call) => localStorage.removeItem(BEGINNING + call);

// What was typed here of this call by whoever is logged in; null for nothing.
export function keptOf(call) {
  const found = read(BEGINNING + call);
  return found?.by === store.me?.name ? found?.draft ?? null : null;
}

export const send = (call, draft, revision, more) => put(address(call), { ...draft, revision }, more);

// A text with another one at its end, unless it has it already.
export const joined = (there, mine) => (!mine || there.includes(mine) ? there : `${there}\n${mine}`.trim());

const both = (there, mine) => ({
  disposition: there.disposition || mine.disposition, solved: there.solved ?? mine.solved,
  follow_up: there.follow_up || mine.follow_up, note: joined(there.note ?? "", mine.note),
});

// Send what is left of calls other than the one on the screen.
export async function sendLeft(present) {
  if (sending || store.me === null) return;
  sending = true;
  try {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(BEGINNING) && key !== BEGINNING + present);
    for (const key of keys.slice(0, SENT_AT_ONCE)) await sendOne(key);
  } finally {
    sending = false;
  }
}

async function sendOne(key) {
  const kept = read(key);
  const call = key.slice(BEGINNING.length);
  if (!kept?.draft || !(Date.now() - kept.at < TRIED_FOR)) {
    forget(call);
    return;
  }
  if (kept.by !== store.me?.name) return;
  let found = await send(call, kept.draft, kept.revision);
  if (found.status === 409 && found.body?.reason !== "finished") {
    // Another window of his was faster: what it wrote stands, and this text at its end.
    const there = found.body?.draft ?? (await get(address(call))).body;
    if (!there) return;
    found = await send(call, both(there, kept.draft), there.revision);
  }
  // Finished, or not taken for what it is: it will not be another time. 404 may be a hotline that has only just begun.
  if (found.ok || found.status === 409 || found.status === 422) forget(call);
}
