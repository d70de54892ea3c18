/**
 * German for the sentences that the server hands on: what is wrong with a device's item, why a poll failed, what a dead
 * letter's detail is, what cannot be told, and what to do. They are core's, for the command line too, and the tables hold
 * them as they were written at the time; tests keep the rules up with what core says. What AWS or a connection says
 * itself stays in its own words.
 */

type Rule = readonly [pattern: RegExp, german: (...found: string[]) => string];

/** What is wrong with a value; the field's name, if any, stands before it. */
const PREDICATES: readonly (readonly [RegExp, string])[] = [
  [/is not a string/, "ist kein Text"],
  [/is not a number/, "ist keine Zahl"],
  [/is not true or false/, "ist weder true noch false"],
  [/is not a list of strings/, "ist keine Liste von Texten"],
  [/is not a map of strings/, "ist keine Liste von Namen mit je einem Text"],
  [/is not a whole number from (\d+) to (\d+)/, "ist keine ganze Zahl von $1 bis $2"],
  [/is not a whole number/, "ist keine ganze Zahl"],
  [/is not a device id: it looks like (\S+)/, "ist keine Gerätekennung: die sieht aus wie $1"],
  [
    /is not a key's name: use up to 64 letters, digits, dots, hyphens and underscores/,
    "ist kein Schlüsselname: erlaubt sind bis zu 64 Buchstaben, Ziffern, Punkte, Binde- und Unterstriche",
  ],
  [/is empty/, "ist leer"],
  [/is longer than (\d+) characters/, "ist länger als $1 Zeichen"],
  [/holds characters that cannot be sent/, "enthält Zeichen, die nicht gesendet werden können"],
  [
    /holds U\+FFFD, which stands for bytes that are not UTF-8/,
    "enthält U+FFFD; das steht für Bytes, die kein UTF-8 sind",
  ],
  [/is not a time in milliseconds \(13 digits\)/, "ist keine Zeit in Millisekunden (13 Ziffern)"],
  [
    /is not a number that DynamoDB can hold \(38 digits, up to 1E125\)/,
    "ist keine Zahl, die DynamoDB fasst (38 Ziffern, bis 1E125)",
  ],
  [/is not an ISO 8601 time in UTC/, "ist keine Zeit nach ISO 8601 in UTC"],
  [/is not a JSON object/, "ist kein JSON-Objekt"],
  [/is nested too deeply/, "ist zu tief verschachtelt"],
  [/is below (-?\d+)/, "ist kleiner als $1"],
  [/is above (-?\d+)/, "ist größer als $1"],
];

const PROBLEMS: readonly Rule[] = [
  ...PREDICATES.map(
    ([predicate, german]): Rule => [
      new RegExp(`^(?:\\S+ )?${predicate.source}$`),
      (sentence) => sentence.replace(predicate, german),
    ],
  ),
  [
    /^"(.*)" is no field of a device \(known: (.*)\)$/,
    (_, field, known) => `„${field}“ ist kein Feld eines Geräts (bekannt: ${known})`,
  ],
];

const DEAD_LETTERS: readonly Rule[] = [
  [/^v is (\S+), below 1$/, (_, version) => `v ist ${version}, kleiner als 1`],
  [
    /^v is (\S+); this consumer reads up to (\d+): deploy a newer one, then redrive$/,
    (_, version, newest) =>
      `v ist ${version}; dieser Empfänger liest bis ${newest}: einen neueren ausrollen, dann erneut einreihen`,
  ],
  [
    /^another message of the batch has a different value for (.+) of (\S+) at (\d+)$/,
    (_, type, device, at) =>
      `eine andere Nachricht desselben Stapels hat für ${type} von ${device} zur Zeit ${at} einen anderen Wert`,
  ],
  [
    /^(.+) has two values at (\d+); the first one was published$/,
    (_, type, at) => `${type} hat zur Zeit ${at} zwei Werte; der erste wurde übergeben`,
  ],
  [
    /^(\d+) more elements of the response are no measurements either$/,
    (_, count) => `${count} weitere Teile der Antwort sind auch keine Messwerte`,
  ],
  [/^(Unexpected .*JSON.*|Expected .*JSON.*)$/, (_, said) => `kein JSON: ${said}`],
];

const POLLS: readonly Rule[] = [
  [
    /^energyLIVE answered (\d+) to (\S+?)(?:: (.*))?$/,
    (_, status, path, why) =>
      `energyLIVE hat auf ${path} mit ${status} geantwortet${why === undefined ? "" : `: ${german(why) ?? why}`}`,
  ],
  [
    /^redirects are refused, for the key must go nowhere else; check ENERGYLIVE_API_URL$/,
    () =>
      "Weiterleitungen werden nicht befolgt, denn der Schlüssel darf nirgends sonst hin; ENERGYLIVE_API_URL prüfen",
  ],
  [
    /^the key "(.*)" is unknown or revoked, or may not read this device; check it in the customer portal$/,
    (_, key) =>
      `der Schlüssel „${key}“ ist unbekannt oder widerrufen oder darf dieses Gerät nicht lesen; im Kundenportal prüfen`,
  ],
  [
    /^there is no such device for the key "(.*)"; compare the id with the customer portal$/,
    (_, key) =>
      `für den Schlüssel „${key}“ gibt es dieses Gerät nicht; die Kennung mit dem Kundenportal vergleichen`,
  ],
  [/^too many requests$/, () => "zu viele Anfragen"],
  [
    /^energyLIVE did not answer (\S+) within (\d+) ms$/,
    (_, path, ms) => `energyLIVE hat auf ${path} binnen ${ms} ms nicht geantwortet`,
  ],
  [
    /^the connection to (\S+) failed: (.*)$/,
    (_, host, why) => `die Verbindung zu ${host} ist gescheitert: ${why}`,
  ],
  [
    /^the response to (\S+) is larger than (\d+) bytes$/,
    (_, path, bytes) => `die Antwort auf ${path} ist größer als ${bytes} Bytes`,
  ],
  [
    /^the response is not JSON; it starts with (.*)$/,
    (_, start) => `die Antwort ist kein JSON; sie beginnt mit ${start}`,
  ],
  [
    /^the response is not a JSON array; it starts with (.*)$/,
    (_, start) => `die Antwort ist keine JSON-Liste; sie beginnt mit ${start}`,
  ],
  [
    /^the response has (\d+) elements; it starts with (.*)$/,
    (_, count, start) => `die Antwort hat ${count} Teile; sie beginnt mit ${start}`,
  ],
  [
    /^there is no key "(.*)": set the secret EnergyLiveApiKey \(or ENERGYLIVE_API_KEY\), or name another key in the device's api_key$/,
    (_, key) =>
      `einen Schlüssel „${key}“ gibt es nicht: das Secret EnergyLiveApiKey (oder ENERGYLIVE_API_KEY) setzen oder in api_key des Geräts einen anderen nennen`,
  ],
  [
    /^there is no key "(.*)": create the SSM SecureString parameter (\S+), or change the device's api_key$/,
    (_, key, parameter) =>
      `einen Schlüssel „${key}“ gibt es nicht: den SecureString-Parameter ${parameter} in SSM anlegen oder api_key des Geräts ändern`,
  ],
  [
    /^there is no key "(.*)": add it to (.+), or change the device's api_key$/,
    (_, key, file) =>
      `einen Schlüssel „${key}“ gibt es nicht: in ${file} eintragen oder api_key des Geräts ändern`,
  ],
  [
    /^the key "(.*)" could not be read from the SSM parameter (\S+)$/,
    (_, key, parameter) => `der Schlüssel „${key}“ war aus dem SSM-Parameter ${parameter} nicht zu lesen`,
  ],
  [
    /^the key "(.*)" is empty: set it again$/,
    (_, key) => `der Schlüssel „${key}“ ist leer: bitte neu setzen`,
  ],
  [
    /^the key "(.*)" holds characters that a key cannot have: set it again$/,
    (_, key) => `der Schlüssel „${key}“ enthält Zeichen, die kein Schlüssel haben kann: bitte neu setzen`,
  ],
  [
    /^there was no time left to send (\d+) messages to SQS$/,
    (_, count) => `für ${count} Nachrichten an SQS war keine Zeit mehr`,
  ],
  [
    /^SQS did not accept (\d+) messages in (\d+) attempts$/,
    (_, count, attempts) => `SQS hat ${count} Nachrichten in ${attempts} Versuchen nicht angenommen`,
  ],
];

const ADVICE: readonly Rule[] = [
  [
    /^try again in a minute; energylive doctor looks further$/,
    () => "In einer Minute nochmals versuchen; energylive doctor sieht weiter nach.",
  ],
  [
    /^AWS knows no valid credentials here: aws sts get-caller-identity must answer; set AWS_PROFILE or log in$/,
    () =>
      "AWS kennt hier keine gültigen Zugangsdaten: aws sts get-caller-identity muss antworten; AWS_PROFILE setzen oder anmelden.",
  ],
  [
    /^the AWS session has ended: log in again \(aws sso login\)$/,
    () => "Die AWS-Sitzung ist abgelaufen: neu anmelden (aws sso login).",
  ],
  [
    /^this machine's clock is wrong: AWS refuses requests from five minutes on$/,
    () => "Die Uhr dieses Rechners geht falsch: ab fünf Minuten weist AWS Anfragen zurück.",
  ],
  [
    /^these AWS credentials may not do that: use ones with the permission that is named$/,
    () => "Diese AWS-Zugangsdaten dürfen das nicht: andere mit der genannten Berechtigung verwenden.",
  ],
  [
    /^is the stage deployed in this account and region\? npx sst deploy --stage NAME deploys it; AWS_REGION chooses the region$/,
    () =>
      "Ist die Stage in diesem Konto und dieser Region ausgerollt? npx sst deploy --stage NAME rollt sie aus; AWS_REGION wählt die Region.",
  ],
  [/^AWS is busy: try again in a minute$/, () => "AWS ist überlastet: in einer Minute nochmals versuchen."],
  [
    /^wait until the other command has ended, or stop the other stack$/,
    () => "Warten, bis der andere Befehl fertig ist, oder den anderen Stack beenden.",
  ],
  [/^no AWS region is set$/, () => "Es ist keine AWS-Region gesetzt."],
  [
    /^set AWS_REGION, for example AWS_REGION=(\S+)$/,
    (_, region) => `AWS_REGION setzen, zum Beispiel AWS_REGION=${region}.`,
  ],
  [
    /^the connection failed \((\w+)\)(?: to (\S+))?$/,
    (_, code, to) => `Die Verbindung${to === undefined ? "" : ` zu ${to}`} ist gescheitert (${code}).`,
  ],
  [/^is the stack still running, and the network up\?$/, () => "Läuft der Stack noch, und steht das Netz?"],
  [
    /^the same command with --debug shows where it happened$/,
    () => "Das Protokoll des Dashboards sagt, wo es geschehen ist.",
  ],
];

const PIPELINE: readonly Rule[] = [
  [
    /^what goes on now: no stack is running \(npm start runs it\)$/,
    () => "was jetzt geschieht: es läuft kein Stack (npm start startet einen)",
  ],
  [
    /^fetcher runs: there was none on the schedule yet$/,
    () => "die Abfrageläufe: nach dem Zeitplan gab es noch keinen",
  ],
  [
    /^the age of the oldest message: the embedded SQS tells it of (\d+) messages at most$/,
    (_, most) =>
      `das Alter der ältesten Nachricht: das eingebettete SQS sagt es von höchstens ${most} Nachrichten`,
  ],
  [
    /^the age of the oldest message: (.*)$/,
    (_, why) => `das Alter der ältesten Nachricht: ${german(why) ?? why}`,
  ],
  [
    /^the age of the oldest message, throughput and lag: (.*)$/,
    (_, why) => `das Alter der ältesten Nachricht, Durchsatz und Verzögerung: ${german(why) ?? why}`,
  ],
  [/^fetcher runs: (.*)$/, (_, why) => `die Abfrageläufe: ${german(why) ?? why}`],
];

const REQUESTS: readonly Rule[] = [
  [
    /^(\d+) messages match now, and not (\d+): look again, then confirm anew$/,
    (_, now, agreed) =>
      `es sind jetzt ${now} Nachrichten und nicht ${agreed}: bitte nochmals ansehen und neu bestätigen`,
  ],
  [/^there is nothing at this address$/, () => "unter dieser Adresse ist nichts"],
  [/^there is no device (.*)$/, (_, id) => `ein Gerät ${id} gibt es nicht`],
  [
    /^the item of (.*) is invalid: nothing is polled$/,
    (_, id) => `der Eintrag von ${id} ist ungültig: es wird nicht abgefragt`,
  ],
  [/^the embedded stack in (.*)$/, (_, folder) => `der eingebettete Stack in ${folder}`],
  [/^the stage "(.*)"$/, (_, stage) => `die Stage „${stage}“`],
];

const RULES: readonly Rule[] = [...PROBLEMS, ...DEAD_LETTERS, ...POLLS, ...ADVICE, ...PIPELINE, ...REQUESTS];

/** A line of the server's in German; `undefined` for one that this version has no German for. */
export function germanSentence(line: string): string | undefined {
  const whole = german(line);
  if (whole !== undefined) return whole;
  // Several problems of one item.
  const parts = line.split("; ").map(german);
  return parts.length > 1 && parts.every((part) => part !== undefined) ? parts.join("; ") : undefined;
}

function german(sentence: string): string | undefined {
  for (const [pattern, translate] of RULES) {
    const found = pattern.exec(sentence);
    if (found !== null) return translate(...found);
  }
  return undefined;
}
