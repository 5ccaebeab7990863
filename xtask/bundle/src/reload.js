// Of a page that `cargo xtask dev` built: loads it again when it has been built again.
const ours = "BUILD";
for (;;) {
  await new Promise((again) => setTimeout(again, 300));
  try {
    const answer = await fetch("/build.txt", { cache: "no-store" });
    if (answer.ok && (await answer.text()) !== ours) {
      location.reload();
      break;
    }
  } catch {
    // The server is being started again.
  }
}
