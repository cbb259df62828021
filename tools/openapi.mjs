// Writes the OpenAPI document of the built program, and generates the clients and the reference of the API from it.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { objectsPage, operationsPage } from './api-reference.mjs';
import {
  CLIENT_FOLDER,
  inProject,
  OBJECTS_PAGE,
  OPENAPI_FILE,
  OPERATIONS_PAGE,
  SERVER,
  UserFacingError,
  WIRE_TYPES,
} from './project.mjs';

/** Writes the document, the console's client, the types of `@daysync/client` and the reference of the API. */
export async function writeClient(node) {
  const document = await servedDocument(node);
  fs.writeFileSync(inProject(OPENAPI_FILE), `${JSON.stringify(document, null, 2)}\n`);
  await generateClient(inProject(CLIENT_FOLDER), inProject(OPENAPI_FILE));
  await generateWireTypes(inProject(WIRE_TYPES), inProject(OPENAPI_FILE));
  fs.writeFileSync(inProject(OPERATIONS_PAGE), operationsPage(document));
  fs.writeFileSync(inProject(OBJECTS_PAGE), objectsPage(document));
}

/**
 * Writes the console's client into `folder`: only models, because the console has its own requests.
 * @param {string} folder @param {string} document
 * @public A test runs it by its name.
 */
export async function generateClient(folder, document) {
  // Imported here, because it exists only after the packages are installed.
  const { NgOpenApiGen } = (await import('ng-openapi-gen/lib/ng-openapi-gen.js')).default;
  const draft = fs.mkdtempSync(path.join(os.tmpdir(), 'daysync-client-'));
  try {
    const options = {
      input: document,
      output: draft,
      services: false,
      ignoreUnusedModels: false,
      modelIndex: 'models',
      enumStyle: 'alias',
      silent: true,
    };
    new NgOpenApiGen(JSON.parse(fs.readFileSync(document, 'utf8')), options).generate();
    fs.rmSync(folder, { recursive: true, force: true });
    fs.mkdirSync(folder, { recursive: true });
    fs.cpSync(path.join(draft, 'models'), path.join(folder, 'models'), { recursive: true });
    fs.copyFileSync(path.join(draft, 'models.ts'), path.join(folder, 'models.ts'));
  } finally {
    fs.rmSync(draft, { recursive: true, force: true });
  }
}

/**
 * Writes the types of all requests and answers into `file`: those of `@daysync/client`, which the command line uses too.
 * @param {string} file @param {string} document
 * @public A test runs it by its name.
 */
export async function generateWireTypes(file, document) {
  const { default: generate, astToString } = await import('openapi-typescript');
  const nodes = await generate(JSON.parse(fs.readFileSync(document, 'utf8')), {
    immutable: true,
    // Requests may omit fields with a default.
    defaultNonNullable: false,
  });
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const types = astToString(nodes);
  fs.writeFileSync(file, `// Generated from docs/openapi.json: npm run openapi:client\n${types}`);
}

/** The document that the program serves. It runs on a temporary folder. */
async function servedDocument(node) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'daysync-openapi-'));
  const env = {
    ...process.env,
    PORT: '0',
    DATA_DIR: path.join(folder, 'data'),
    LOG_FILE: path.join(folder, 'app.log'),
    DATASETS_FILE: inProject('datasets.yaml'),
  };
  const server = spawn(node, [inProject(SERVER)], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const answer = await fetch(new URL('openapi.json', await addressOf(server)));
    return await answer.json();
  } finally {
    const ended = new Promise((resolve) => server.once('close', resolve));
    server.kill();
    await ended;
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function addressOf(server) {
  let output = '';
  for await (const chunk of server.stdout) {
    output += chunk;
    const [, url] = /^Daysync: (\S+)/m.exec(output) ?? [];
    if (url !== undefined) return url;
  }
  throw new UserFacingError(`The program did not start.\n${output}`);
}
