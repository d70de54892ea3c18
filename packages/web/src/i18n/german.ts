/**
 * German for what the server says in English, because core's texts are for the command line too: what measurement types
 * mean, and why messages are in the dead-letter queue. Tests keep both complete.
 */

const TYPES = new Map<string, string>([
  ["0100010700", "Leistung, Bezug"],
  ["0100010800", "Zählerstand, Bezug"],
  ["0100020700", "Leistung, Einspeisung"],
  ["0100020800", "Zählerstand, Einspeisung"],
  ["0100030800", "Blindenergie, Bezug"],
  ["0100040800", "Blindenergie, Einspeisung"],
  ["batteryVoltage", "Batterie des Geräts"],
  ["roomTemperature", "Raumtemperatur"],
  ["roomHumidity", "Luftfeuchtigkeit im Raum"],
  ["loraRssi", "Signalstärke des Funks"],
  ["loraSnr", "Signal-Rausch-Abstand des Funks"],
  ["messageCount", "Gesendete Nachrichten"],
  ["errorCode", "Fehlercode des Geräts"],
  ["freeHeap8Bit", "Freier Speicher des Geräts"],
  ["largestHeapBlock8Bit", "Größter freier Speicherblock des Geräts"],
]);

/** The words of a decoded OBIS code, the longer before those that they contain. */
const OBIS_WORDS: [RegExp, string][] = [
  [/active power, drawn plus fed in/, "Wirkleistung, Bezug plus Einspeisung"],
  [/active power, drawn minus fed in/, "Wirkleistung, Bezug minus Einspeisung"],
  [/active energy, drawn plus fed in/, "Wirkenergie, Bezug plus Einspeisung"],
  [/active energy, drawn minus fed in/, "Wirkenergie, Bezug minus Einspeisung"],
  [/reactive power/, "Blindleistung"],
  [/reactive energy/, "Blindenergie"],
  [/apparent power/, "Scheinleistung"],
  [/apparent energy/, "Scheinenergie"],
  [/active power/, "Wirkleistung"],
  [/active energy/, "Wirkenergie"],
  [/ drawn/, ", Bezug"],
  [/ fed in/, ", Einspeisung"],
  [/quadrant/, "Quadrant"],
  [/power factor/, "Leistungsfaktor"],
  [/energy factor/, "Leistungsfaktor"],
  [/current/, "Strom"],
  [/voltage/, "Spannung"],
  [/frequency/, "Frequenz"],
  [/quantity (\d+)/, "Größe $1"],
  [/tariff (\d+)/, "Tarif $1"],
];

const REASONS = new Map<string, { meaning: string; advice: string }>([
  [
    "invalid_element",
    {
      meaning: "ein Teil einer API-Antwort, der kein Messwert ist; sein Wortlaut steht im Inhalt",
      advice: "den Betreiber der API verständigen, dann löschen: erneut eingereiht käme er wieder",
    },
  ],
  [
    "conflicting_value",
    {
      meaning: "ein zweiter Wert für Gerät, Art und Zeitpunkt, zu denen schon ein anderer gespeichert wurde",
      advice: "beide ansehen; soll dieser gelten, ihn erneut einreihen, sonst löschen",
    },
  ],
  [
    "invalid_json",
    {
      meaning: "kein JSON: etwas anderes als der Abfragelauf hat in die Warteschlange geschrieben",
      advice: "herausfinden, was das war, dann löschen",
    },
  ],
  [
    "invalid_message",
    {
      meaning:
        "JSON, aber kein Messwert: etwas anderes als der Abfragelauf hat in die Warteschlange geschrieben",
      advice: "herausfinden, was das war, dann löschen",
    },
  ],
  [
    "unknown_version",
    {
      meaning: "von einer neueren Version geschrieben, als der Empfänger sie kennt",
      advice: "die neuere Version ausrollen, dann erneut einreihen",
    },
  ],
  [
    "rejected_by_dynamodb",
    {
      meaning: "DynamoDB nimmt diesen Eintrag unter keinen Umständen; die Einzelheit sagt, warum",
      advice: "beheben, was die Einzelheit nennt, dann erneut einreihen",
    },
  ],
  [
    "none",
    {
      meaning:
        "so oft empfangen, wie die Warteschlange erlaubt, und nie gespeichert: der Empfänger ist einen Tag lang daran abgestürzt, oder die Tabelle war vier Tage lang nicht da",
      advice: "das beheben (das Protokoll des Empfängers nennt es), dann erneut einreihen",
    },
  ],
]);

/** The meaning of a measurement type; what cannot be told in German stays as it is. */
export function germanMeaning(type: string, meaning: string): string {
  const known = TYPES.get(type);
  if (known !== undefined) return known;
  // A plain name means itself, whatever English word it may contain.
  if (meaning === type) return meaning;
  return OBIS_WORDS.reduce((text, [english, german]) => text.replace(english, german), meaning);
}

/** Of a reason for the dead-letter queue; `undefined` for one that this version does not know. */
export function germanReason(reason: string): { meaning: string; advice: string } | undefined {
  return REASONS.get(reason);
}
