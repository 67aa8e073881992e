import { type Browser, chromium, type Page } from "playwright-core";

const CHROMIUM = Deno.env.get("CHROMIUM") ?? "/usr/bin/chromium";
const QUIET = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Whether this machine has the browser. */
export async function hasChromium(): Promise<boolean> {
  return await Deno.stat(CHROMIUM).then(() => true, () => false);
}

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: QUIET });
}

/** What a page says of requests while a test has cut its line. */
const CUT = "net::ERR_INTERNET_DISCONNECTED";
/** What becomes of requests under way when a page is loaded anew. */
const LEFT = "net::ERR_ABORTED";

/** A page that remembers what it complained about (script errors, refused scripts and styles, failed requests) and its `sockets`. */
export async function openPage(
  browser: Browser,
  url: string,
  options: Parameters<Browser["newPage"]>[0] = {},
): Promise<{ page: Page; complaints: string[] }> {
  const page = await browser.newPage(options);
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("requestfailed", (request) => {
    const why = request.failure()?.errorText ?? "";
    if (why !== CUT && why !== LEFT) {
      complaints.push(`${request.url()}: ${why}`);
    }
  });
  page.on("console", (message) => {
    const isComplaint = ["error", "warning"].includes(message.type());
    if (isComplaint && !message.text().includes(CUT)) {
      complaints.push(message.text());
    }
  });
  await page.addInitScript(() => {
    const sockets: WebSocket[] = [];
    Object.assign(globalThis, {
      sockets,
      WebSocket: class extends WebSocket {
        constructor(url: string | URL) {
          super(url);
          sockets.push(this);
        }
      },
    });
  });
  await page.goto(url);
  return { page, complaints };
}
