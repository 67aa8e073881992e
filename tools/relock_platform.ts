/** What is written in the place of a package that a registry lacks. */
export interface Stub {
  version: string;
  os?: string;
  cpu?: string;
}

/** Words in package names, and what `os` in a package.json calls them. */
const OS: Record<string, string> = {
  aix: "aix",
  android: "android",
  darwin: "darwin",
  freebsd: "freebsd",
  linux: "linux",
  linuxmusl: "linux",
  netbsd: "netbsd",
  openbsd: "openbsd",
  openharmony: "openharmony",
  sunos: "sunos",
  win32: "win32",
  windows: "win32",
};

/** Words in package names, and what `cpu` in a package.json calls them. */
const CPU: Record<string, string> = {
  aarch64: "arm64",
  amd64: "x64",
  arm: "arm",
  arm64: "arm64",
  armhf: "arm",
  armv7: "arm",
  armv7l: "arm",
  i686: "ia32",
  ia32: "ia32",
  loong64: "loong64",
  mips64el: "mips64el",
  ppc64: "ppc64",
  ppc64le: "ppc64",
  riscv64: "riscv64",
  s390x: "s390x",
  wasm32: "wasm32",
  x64: "x64",
  x86: "ia32",
  x86_64: "x64",
};

/** The platform that a package is for, by the words of its name. */
export function platformOf(name: string): Omit<Stub, "version"> {
  const words = (name.split("/").pop() ?? "").split(/[-_.]/);
  const os = words.map((word) => OS[word]).find((found) => found);
  const cpu = words.map((word) => CPU[word]).find((found) => found);
  if (!os && !cpu) {
    throw new Error(
      `${name} is missing and does not look like a platform package`,
    );
  }
  return { ...(os && { os }), ...(cpu && { cpu }) };
}

/** A version without the range before it: `^1.2.3` is `1.2.3`. */
export function versionOf(range: string): string {
  return range.replace(/^[^\d]*/, "");
}
