// Writes what browsers make of URLs, and what AWS's signer makes of calls: {name: [[function, arguments], …]}.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const signer = createRequire(process.argv[2] + "/")("@aws-sdk/cloudfront-signer");
const { urls, calls } = JSON.parse(readFileSync(0, "utf8"));
const answers = Object.entries(calls).map(([name, group]) => [name, group.map(([called, options]) => signer[called](options))]);
console.log(JSON.stringify({ urls: urls.map((url) => new URL(url).href), calls: Object.fromEntries(answers) }));
