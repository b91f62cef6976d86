// Checks JSON feeds with the JSON Schema of npm's jsonfeed-schema
// (https://github.com/sonicdoe/jsonfeed-schema).
//
//   npm install --prefix FOLDER jsonfeed-schema@0.5.0 ajv@8.20.0 ajv-formats@3.0.1
//   JSONFEED_SCHEMA=FOLDER node .ci/jsonfeed.mjs <feeds >messages
//
// The lines of the input and of the output are those of feedvalidator.py.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { once } from "node:events";
import { resolve } from "node:path";

const require = createRequire(resolve(process.env.JSONFEED_SCHEMA, "package.json"));
const { default: Ajv } = require("ajv");
const { default: addFormats } = require("ajv-formats");
const schema = require("jsonfeed-schema/schema-v1.1.json");

const ajv = new Ajv({ allErrors: true, strict: false, logger: false });
addFormats(ajv);
const validate = ajv.compile(schema);

// valueAt returns what a JSON pointer leads to.
function valueAt(feed, pointer) {
  return pointer.split("/").slice(1).reduce((value, name) => value?.[name], feed);
}

function judge(body) {
  let feed;
  try {
    feed = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch (error) {
    return [{ level: "error", name: "Syntax", params: { value: String(error) } }];
  }
  if (validate(feed)) {
    return [];
  }
  return validate.errors.map((error) => ({
    level: "error",
    name: error.keyword,
    params: { path: error.instancePath, value: String(valueAt(feed, error.instancePath)), message: error.message },
  }));
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const messages = judge(Buffer.from(JSON.parse(line).body, "base64"));
  if (!process.stdout.write(JSON.stringify(messages) + "\n")) {
    await once(process.stdout, "drain");
  }
}
