/** Makes what was created, renamed or removed in `directory` durable. Windows does that by itself and cannot open directories. */
export async function syncDirectory(directory: string): Promise<void> {
  if (Deno.build.os === "windows") return;
  using handle = await Deno.open(directory, { read: true });
  await handle.sync();
}
