// How many tokens a second AWS's own library verifies: `node aws_jwt_verify.mjs FOLDER SECONDS < TOKENS`.
//
// FOLDER has the library in `node_modules`; TOKENS is JSON, `{issuer, audience, jwks, tokens}`. Without SECONDS, the
// library is only loaded. It remembers no tokens.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [folder, seconds] = process.argv.slice(2);
const { JwtVerifier } = createRequire(join(folder, "package.json"))("aws-jwt-verify");

if (seconds) {
  const { issuer, audience, jwks, tokens } = JSON.parse(readFileSync(0, "utf8"));
  const verifier = JwtVerifier.create({ issuer, audience, jwksUri: `${issuer}jwks.json` });
  verifier.cacheJwks(jwks);
  const verified = (until) => {
    let number = 0;
    for (; process.cpuUsage().user / 1e6 < until; number++) verifier.verifySync(tokens[number % tokens.length]);
    return number;
  };
  const used = () => process.cpuUsage().user / 1e6;
  verified(used() + Number(seconds) / 5);
  const begun = used();
  const number = verified(begun + Number(seconds));
  console.log(number / (used() - begun));
}
