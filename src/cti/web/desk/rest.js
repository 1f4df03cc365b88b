// The REST edge as the desktop uses it. What the hotline does not have answers 404, and its part of the page is not shown.

// The hotline that served this module, also when the module stands in somebody else's page.
export const HOTLINE = new URL(import.meta.url).origin;
const API = `${HOTLINE}/api/v1`;
// Where a log-in by the bank's own accounts begins.
export const SINGLE_SIGN_ON = `${API}/oidc/begin`;

// What came of a request: `status` (0 when the hotline was not reached) and the answer's `body`, or null.
export class Answer {
  constructor(status, body) {
    this.status = status;
    this.body = body;
  }
  get ok() {
    return this.status >= 200 && this.status < 300;
  }
  // Why not, in the agent's language where the hotline says it so.
  why(language, otherwise) {
    return this.body?.words?.[language] ?? this.body?.error ?? otherwise;
  }
  get absent() {
    return this.status === 404 || this.status === 405;
  }
}

async function ask(method, address, body, more = {}) {
  const content = body === undefined ? {} : {
    body: JSON.stringify(body), headers: { "Content-Type": "application/json" },
  };
  try {
    const response = await fetch(address, { method, credentials: "include", ...content, ...more });
    const text = await response.text();
    return new Answer(response.status, text === "" ? null : JSON.parse(text));
  } catch {
    return new Answer(0, null);
  }
}

export const get = (path, query = {}) => {
  const asked = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== "" && value !== null));
  return ask("GET", `${API}${path}${asked.size > 0 ? `?${asked}` : ""}`);
};
export const post = (path, body = {}) => ask("POST", `${API}${path}`, body);
export const end = (path) => ask("DELETE", `${API}${path}`);
// `last` is for a page that is being closed: the browser sends it although nobody waits for the answer.
export const put = (path, body, { last = false } = {}) => ask("PUT", `${API}${path}`, body, { keepalive: last });

// Who I am, in one form.
export async function whoAmI() {
  const found = await get("/me");
  return found.ok ? new Answer(found.status, asMe(found.body)) : found;
}

export const logIn = (name, password) => post("/login", { name, password });
export const logOut = () => post("/logout");

function asMe(body) {
  const rights = new Set(body.rights);
  if (rights.has("ask_for_pin")) rights.add("ask_pin");
  return {
    name: body.name,
    agent: body.agent,
    shown: body.shown,
    roles: body.roles,
    rights,
    lanes: body.lanes,
    colleagues: body.colleagues,
    pauses: body.pause_reasons,
  };
}
