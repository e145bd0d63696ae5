import { setUp } from "../setup.mjs";

export async function run() {
  await setUp();
}
