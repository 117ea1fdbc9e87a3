// Images: pasted, dropped or picked. Each is sent at once and told of above the text until it is there; the text then
// refers to it, with its words chosen so that what is typed next says what the picture shows.
import { StateEffect, StateField } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { announce, h } from "../app/dom.js";

const LARGEST = 5 * 1024 * 1024;
const begin = StateEffect.define();
const end = StateEffect.define();

// Where images that are on their way will stand, while the text goes on changing.
const places = StateField.define({
  create: () => new Map(),
  update(now, transaction) {
    let next = now;
    if (transaction.docChanged && now.size) {
      next = new Map([...now].map(([id, at]) => [id, transaction.changes.mapPos(at, 1)]));
    }
    for (const effect of transaction.effects) {
      if (effect.is(begin)) next = new Map(next).set(effect.value.id, effect.value.at);
      else if (effect.is(end)) (next = new Map(next)).delete(effect.value);
    }
    return next;
  },
});

/** Send a file; `onShare` hears how much is there. Gives {ok, status, body}; status 0 for no answer. */
function post(url, file, headers, onShare) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    for (const [name, value] of Object.entries({ ...headers, Accept: "application/json" })) request.setRequestHeader(name, value);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.responseType = "json";
    request.upload.addEventListener("progress", ({ loaded, total }) => total && onShare(loaded / total));
    request.addEventListener("load", () => resolve({ ok: request.status === 201, status: request.status, body: request.response ?? {} }));
    request.addEventListener("error", () => resolve({ ok: false, status: 0, body: {} }));
    request.send(file);
  });
}

/** Words to begin with: the name of the file, unless it says nothing. */
function wordsOf(file) {
  const name = file.name.replace(/\.\w+$/, "").replace(/[-_\s]+/g, " ").replace(/[[\]\\`<>]/g, "").trim();
  return /^(image|screenshot.*|img.*|unnamed|bild|photo|dsc.*)?[\d\s().,at-]*$/i.test(name) ? "" : name;
}

export class Images {
  constructor({ url, headers, notices, button, picker }) {
    Object.assign(this, { url, headers, notices });
    this.count = 0;
    button.addEventListener("click", () => picker.click());
    picker.addEventListener("change", () => {
      this.take([...picker.files], this.view.state.selection.main.head);
      picker.value = "";
    });
  }

  /** What hears of pastes and drops. Text that is pasted together with a picture of itself stays text. */
  extension() {
    const files = (data) => [...(data?.files ?? [])].filter(({ type }) => type.startsWith("image/"));
    return [
      places,
      EditorView.domEventHandlers({
        paste: (event, view) => {
          const found = files(event.clipboardData);
          if (!found.length || event.clipboardData.getData("text/plain")) return false;
          event.preventDefault();
          this.take(found, view.state.selection.main.head);
          return true;
        },
        drop: (event, view) => {
          if (!event.dataTransfer?.files.length) return false;
          event.preventDefault();
          this.take([...event.dataTransfer.files], view.posAtCoords({ x: event.clientX, y: event.clientY }) ?? view.state.selection.main.head);
          return true;
        },
      }),
    ];
  }

  take(files, at) {
    for (const file of files) this.send(file, at);
  }

  async send(file, at) {
    const { view } = this;
    const name = `image-${(this.count += 1)}`;
    const called = file.name || "The image";
    if (file.size > LARGEST) {
      return this.failed(name, called, `It has ${(file.size / 1024 ** 2).toFixed(1)} MiB; at most ${LARGEST / 1024 ** 2} MiB are kept. Make it smaller.`);
    }
    view.dispatch({ effects: begin.of({ id: name, at }) });
    const share = h("progress", { max: "1", value: "0", "aria-label": `Sending ${called}` });
    this.notices.say("wait", `Sending ${called}`, "You can go on writing.", [share], name);
    const { ok, status, body } = await post(this.url, file, this.headers(), (value) => (share.value = value));
    const place = view.state.field(places).get(name);
    view.dispatch({ effects: end.of(name) });
    if (!ok) {
      const why = status ? `${body.detail ?? "The server refused it."} ${body.hint ?? ""}` : "The server cannot be reached. Nothing in the text changed.";
      return this.failed(name, called, why, status && status < 500 && status !== 401 && status !== 403 ? null : () => this.send(file, place));
    }
    this.notices.drop(name);
    this.put(place, wordsOf(file), body);
  }

  put(at, words, { reference, stripped }) {
    const { view } = this;
    const before = at > 0 && view.state.sliceDoc(at - 1, at).trim() ? " " : "";
    const insert = `${before}![${words}](${reference})`;
    const from = at + before.length + 2;
    view.dispatch({ changes: { from: at, insert }, selection: { anchor: from, head: from + words.length }, userEvent: "input.image", scrollIntoView: true });
    view.focus();
    announce(`The image is in the text${stripped ? ", without what its file told of place and device" : ""}. Type what it shows, for those who do not see it.`);
  }

  failed(name, called, why, again = null) {
    const acts = again ? [h("button.button", { type: "button", onclick: () => again() }, "Send again")] : [];
    this.notices.say("drift", `${called} was not taken`, why, acts, name);
    announce(`${called} was not taken. ${why}`);
  }
}
