// Every page works without this file. It adds: show and hide a password, copy, download and print of codes, the clock of a code and
// the countdown on "send again", times of day where the reader is, WebOTP, passkeys, the guard against a double submit, and the focus on the error summary.
(() => {
  "use strict";

  const all = (selector, act) => document.querySelectorAll(selector).forEach(act);
  const byId = (id) => document.getElementById(id);
  const say = (text) => {
    const status = byId("status");
    if (status) status.textContent = text;
  };

  document.documentElement.classList.add("js");

  const focusSummary = () => byId("error-summary")?.focus();

  all("#error-summary a", (link) => link.addEventListener("click", (event) => {
    const field = byId(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    field.scrollIntoView({ block: "center" });
    field.focus();
  }));

  // <button data-show="id">: the name stays, aria-pressed tells the state, and the password is hidden again before it is sent.
  all("button[data-show]", (button) => {
    const field = byId(button.dataset.show);
    if (!field) return;
    const set = (show) => {
      field.type = show ? "text" : "password";
      button.setAttribute("aria-pressed", String(show));
    };
    button.addEventListener("click", () => set(field.type === "password"));
    field.form?.addEventListener("submit", () => set(false));
  });

  const textOf = (id) => {
    const source = byId(id);
    const items = source.querySelectorAll("li");
    return items.length > 0
      ? Array.from(items, (item) => item.textContent.trim()).join("\n")
      : source.textContent.replace(/\s+/g, "");
  };

  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const box = document.createElement("textarea");
      box.value = text;
      box.className = "hide";
      document.body.append(box);
      box.select();
      const done = document.execCommand("copy");
      box.remove();
      return done;
    }
  };

  // <button data-copy="id" data-done-text="Copiato">
  all("button[data-copy]", (button) => {
    const name = button.textContent;
    button.addEventListener("click", async () => {
      if (!await copy(textOf(button.dataset.copy))) return;
      button.focus();
      button.textContent = button.dataset.doneText;
      say(button.dataset.doneText);
      setTimeout(() => {
        button.textContent = name;
        say("");
      }, 4000);
    });
  });

  // <button data-download="id" data-file="codes.txt" data-heading="...">
  all("button[data-download]", (button) => button.addEventListener("click", () => {
    const text = `${button.dataset.heading}\n\n${textOf(button.dataset.download)}\n`;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
    link.download = button.dataset.file;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }));

  all("button[data-print]", (button) => button.addEventListener("click", () => print()));

  // <button data-wait="28" data-wait-text="... {s} ...">: seconds on the button, spoken every ten seconds at most.
  all("button[data-wait]", (button) => {
    const name = button.textContent.trim();
    const end = performance.now() + Number(button.dataset.wait) * 1000;
    if (!(Number(button.dataset.wait) > 0)) return;
    const text = (seconds) => button.dataset.waitText.replace("{s}", seconds);
    let spoken = Infinity;
    button.setAttribute("aria-disabled", "true");
    button.addEventListener("click", (event) => {
      if (button.getAttribute("aria-disabled") === "true") event.preventDefault();
    });
    const tick = () => {
      const left = Math.ceil((end - performance.now()) / 1000);
      if (button.dataset.over) return;
      if (left <= 0) {
        button.removeAttribute("aria-disabled");
        button.textContent = name;
        say(name);
        return;
      }
      button.textContent = text(left);
      if (spoken - left >= 10) {
        spoken = left;
        say(text(left));
      }
      setTimeout(tick, 1000);
    };
    tick();
  });

  // <span data-life="287" data-life-text="Scade tra {s}" data-over-text="...">: when a code is over, another one is what leads on.
  all("[data-life]", (clock) => {
    const end = performance.now() + Number(clock.dataset.life) * 1000;
    const bar = clock.closest(".field")?.querySelector("meter");
    const tick = () => {
      const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
      if (bar) bar.value = left;
      if (left > 0) {
        clock.textContent = clock.dataset.lifeText.replace("{s}", `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`);
        setTimeout(tick, 1000);
        return;
      }
      clock.textContent = clock.dataset.overText;
      say(clock.dataset.overText);
      const again = document.querySelector("form.resend button");
      if (!again) return;
      clock.closest("form")?.querySelector(".primary")?.classList.remove("primary");
      again.dataset.over = "1";
      again.removeAttribute("aria-disabled");
      again.classList.replace("quiet", "primary");
      again.textContent = again.dataset.overText;
    };
    tick();
  });

  // <time datetime data-local>: the server does not know where a stranger is.
  all("time[data-local]", (time) => {
    const { lang } = document.documentElement;
    time.textContent = new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, {
      day: "2-digit", month: "2-digit", year: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short",
    }).format(new Date(time.dateTime)).replace(",", "");
  });

  // WebOTP: the browser asks, the person taps, and only then the form goes.
  all("input[data-webotp]", (field) => {
    if (!("OTPCredential" in window)) return;
    const stop = new AbortController();
    field.form?.addEventListener("submit", () => stop.abort());
    navigator.credentials.get({ otp: { transport: ["sms"] }, signal: stop.signal }).then((message) => {
      if (!message?.code) return;
      field.value = message.code;
      field.form?.requestSubmit();
    }).catch(() => { });
  });

  // <form data-passkey="create|get|autofill" data-options="...">: the browser holds the ceremony, and its answer goes with the form.
  const webAuthn = window.PublicKeyCredential;
  if (webAuthn?.parseRequestOptionsFromJSON && webAuthn.parseCreationOptionsFromJSON) {
    document.documentElement.classList.add("passkeys");
    all("form[data-passkey]", (form) => {
      const options = JSON.parse(form.dataset.options);
      const answer = form.elements["Passkey.Credential"];
      const stopped = form.querySelector("[data-passkey-stopped]");
      let waiting = new AbortController();
      const ask = async (request) => form.dataset.passkey === "create"
        ? navigator.credentials.create({ publicKey: webAuthn.parseCreationOptionsFromJSON(options), ...request })
        : navigator.credentials.get({ publicKey: webAuthn.parseRequestOptionsFromJSON(options), ...request });
      const send = (credential) => {
        answer.value = JSON.stringify(credential);
        form.requestSubmit();
      };
      form.addEventListener("submit", (event) => {
        if (answer.value) return;
        event.preventDefault();
        waiting.abort();
        waiting = new AbortController();
        stopped.hidden = true;
        ask({ signal: waiting.signal }).then(send).catch((error) => {
          if (error.name === "AbortError") return;
          stopped.hidden = false;
          say(stopped.textContent);
        });
      });
      if (form.dataset.passkey !== "autofill") return;
      webAuthn.isConditionalMediationAvailable?.().then((available) => {
        if (available) return ask({ mediation: "conditional", signal: waiting.signal }).then(send);
      }).catch(() => { });
    });
  }

  // One press, one request. A page that comes back from the history is usable again; one whose answer opens beside it stays so.
  all("form[method=post]", (form) => form.addEventListener("submit", (event) => {
    if (event.submitter?.formTarget) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    if (event.defaultPrevented) return;
    form.dataset.sent = "1";
    event.submitter?.setAttribute("aria-busy", "true");
  }));
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    all("form[data-sent]", (form) => delete form.dataset.sent);
    all("[aria-busy]", (button) => button.removeAttribute("aria-busy"));
  });

  // <a data-continue href>: followed by itself when every frame of the page has loaded, or after three seconds.
  all("a[data-continue]", (link) => {
    let gone = false;
    const go = () => {
      if (gone) return;
      gone = true;
      location.replace(link.href);
    };
    addEventListener("load", go);
    setTimeout(go, 3000);
  });

  focusSummary();
})();
