// push.cjs OWNER/NAME BRANCH DIR: commits the files of DIR to a branch of the stand-in, through its API.
const fs = require("fs"), path = require("path");
const [repo, branch, dir] = process.argv.slice(2);
const api = async (method, route, body) => {
  const headers = { authorization: `Bearer ${process.env.GITHUB_TOKEN}`, "content-type": "application/json" };
  const answer = await fetch(`${process.env.GITHUB_API_URL}/repos/${repo}${route}`, { method, headers, body: body && JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${route}: ${answer.status} ${await answer.text()}`);
  return answer.json();
};
const files = (at) => fs.readdirSync(at, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? files(path.join(at, entry.name)) : [path.join(at, entry.name)]);
(async () => {
  const head = (await api("GET", `/git/ref/heads/${branch}`)).object.sha;
  const tree = [];
  for (const file of files(dir).sort()) {
    const content = fs.readFileSync(file).toString("base64");
    const { sha } = await api("POST", "/git/blobs", { content, encoding: "base64" });
    tree.push({ path: path.relative(dir, file), mode: "100644", type: "blob", sha });
  }
  const base = (await api("GET", `/git/commits/${head}`)).tree.sha;
  const made = await api("POST", "/git/trees", { base_tree: base, tree });
  const commit = await api("POST", "/git/commits", { message: "An example", tree: made.sha, parents: [head] });
  await api("PATCH", `/git/refs/heads/${branch}`, { sha: commit.sha });
})();
