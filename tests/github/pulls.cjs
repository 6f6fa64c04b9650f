// pulls.cjs OWNER/NAME: prints the open pull requests of a repository of the stand-in.
const headers = { authorization: `Bearer ${process.env.GITHUB_TOKEN}` };
(async () => {
  const answer = await fetch(`${process.env.GITHUB_API_URL}/repos/${process.argv[2]}/pulls?state=open`, { headers });
  for (const pull of (await answer.json()).reverse()) {
    const labels = pull.labels.map((label) => label.name).join(", ");
    console.log(`${"=".repeat(100)}\n#${pull.number} ${pull.title}\n${pull.head.ref} -> ${pull.base.ref}   labels: ${labels}\n`);
    console.log(pull.body);
  }
})();
