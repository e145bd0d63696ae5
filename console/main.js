// What the worker says of the workspace, to whoever is signed in.

const response = await fetch("/api/workspace");
document.getElementById("workspace").textContent = JSON.stringify(await response.json(), null, 2);
