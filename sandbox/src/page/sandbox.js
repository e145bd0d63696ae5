// The control API.

export async function ask(path, body) {
  return answer(await fetch(path, body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }));
}

export async function remove(path) {
  return answer(await fetch(path, { method: "DELETE" }));
}

async function answer(response) {
  const told = await response.json();
  if (!response.ok) throw new Error(told.error);
  return told;
}
