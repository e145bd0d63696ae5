import { FORMS, required } from "../../settings/forms.mjs";
import { failure, ok, warning } from "../finding.mjs";

export const name = "settings";

export function check({ setting, unknownNames, isDeployed }) {
  const missing = required(setting).filter((each) => setting(each) === undefined);
  const misshapen = Object.keys(FORMS).filter((each) => setting(each) !== undefined && !FORMS[each].fits(setting(each)));
  const findings = [
    ...missing.map((each) => ({ ...absent(each, isDeployed), about: each })),
    ...misshapen.map((each) => ({ ...failure(`${each} has an invalid value`, `It must be ${FORMS[each].allowed}.`), about: each })),
    ...unknownNames.map((each) => ({ ...warning(`${each} is not a known setting`, "Correct the name, or delete the line."), about: each })),
  ];
  return findings.length > 0 ? findings : ok("all required settings are set and valid");
}

/** Of a deployed worker the secrets are not known here; its /healthz says whether they are there. */
function absent(each, isDeployed) {
  if (isDeployed) return warning(`${each} is missing here, so checks that need it are skipped`, `Set it in .dev.vars, or run \`${each}=… npm run doctor\`.`);
  return failure(`${each} is not set`, `Run \`npm run setup\`, or add it to .dev.vars.`);
}
