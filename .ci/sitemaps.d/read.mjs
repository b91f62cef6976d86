// Reads sitemaps with npm's sitemapper, and compares the URLs that it finds with those expected.
//
//   npm install --prefix FOLDER sitemapper@4.1.6
//   SITEMAPPER=FOLDER node read.mjs ADDRESS EXPECTED
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

const require = createRequire(resolve(process.env.SITEMAPPER, "package.json"));
const { default: Sitemapper } = require("sitemapper");
const [address, expectedFile] = process.argv.slice(2);
const expected = readFileSync(expectedFile, "utf8").trim().split("\n").sort();

// read returns the URLs below a path, sorted.
async function read(path) {
  const { sites, errors } = await new Sitemapper({ timeout: 60_000 }).fetch(new URL(path, address).href);
  if (errors?.length) throw new Error(`${path}: ${JSON.stringify(errors)}`);
  return sites.sort();
}

const all = await read("sitemap.xml");
if (JSON.stringify(all) !== JSON.stringify(expected)) {
  const missing = expected.filter((url) => !all.includes(url)).slice(0, 5);
  throw new Error(`${all.length} URLs, not ${expected.length}; missing: ${missing}`);
}
const news = await read("news-sitemap.xml");
if (news.length < 1_400 || news.length > 1_440 || !news.every((url) => expected.includes(url))) {
  throw new Error(`${news.length} URLs of news`);
}
console.log(`sitemapper: ${all.length} URLs, ${news.length} of them news`);
