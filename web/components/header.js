import { html, useEffect, useRef, useState } from "/vendor/htm-preact.js";
import { useLive } from "../hooks.js";
import { currentLanguage, languages, setLanguage, t } from "../i18n.js";
import { messages } from "../messages.js";
import { live } from "../live/store.js";
import { searchTarget } from "../route.js";

/** Name, search, state of the connection, language. */
export function Header() {
  return html`
    <header class="top">
      <div class="top-row">
        <a class="brand" href="#/" aria-label="Rustorium: ${t("home")}">
          <img src="/icon.svg" alt="" width="32" height="32" />
          <span>Rustorium</span>
        </a>
        <${Search} />
        <div class="top-end">
          <${Connection} />
          <${LanguageSwitch} />
        </div>
      </div>
    </header>
  `;
}

function Search() {
  const input = useRef();
  const [wrong, setWrong] = useState(false);
  useEffect(() => {
    const jump = (event) => {
      const typing = event.target.closest?.("input, select, textarea");
      if (event.key !== "/" || typing || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      input.current.focus();
    };
    addEventListener("keydown", jump);
    return () => removeEventListener("keydown", jump);
  }, []);
  const submit = (event) => {
    event.preventDefault();
    const target = searchTarget(input.current.value);
    setWrong(target === undefined);
    if (target === undefined) return;
    location.hash = target;
    input.current.value = "";
  };
  return html`
    <form class="search" role="search" onSubmit=${submit}>
      <label class="hidden" for="search">${t("searchLabel")}</label>
      <input
        id="search"
        ref=${input}
        type="search"
        autocomplete="off"
        spellcheck="false"
        maxlength="128"
        placeholder=${t("searchPlaceholder")}
        aria-invalid=${wrong}
        aria-describedby="search-problem"
        onInput=${() => setWrong(false)}
      />
      <kbd aria-hidden="true">/</kbd>
      <button type="submit" class="hidden">${t("searchButton")}</button>
      <p id="search-problem" class="search-problem" role="alert">
        ${wrong ? t("searchInvalid") : ""}
      </p>
    </form>
  `;
}

function Connection() {
  useLive();
  return html`
    <p class="connection" data-state=${live.connection} role="status">
      <span class="dot" aria-hidden="true"></span>
      <span class="word">${t(live.connection)}</span>
    </p>
  `;
}

function LanguageSwitch() {
  return html`
    <div class="languages" role="group" aria-label=${t("languageLabel")}>
      ${languages.map((language) =>
        html`
          <button
            type="button"
            lang=${language}
            aria-pressed=${language === currentLanguage()}
            onClick=${() => setLanguage(language)}
          >${messages[language].language}</button>
        `
      )}
    </div>
  `;
}
