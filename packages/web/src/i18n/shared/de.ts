import type { SharedTexts } from "./texts.ts";

const PER = { day: "an einem Tag", week: "in einer Woche", month: "in einem Monat" };

export const de: SharedTexts = {
  failures: {
    aws_credentials: "AWS nimmt die Zugangsdaten dieses Rechners nicht an.",
    aws_session_expired: "Die AWS-Sitzung ist abgelaufen.",
    clock_skew: "Die Uhr dieses Rechners geht falsch.",
    access_denied: "Diese AWS-Zugangsdaten erlauben das nicht.",
    not_deployed: "AWS kennt die Tabelle, Warteschlange oder Funktion nicht.",
    busy: "AWS ist überlastet.",
    no_region: "Es ist keine AWS-Region gesetzt.",
    connection_failed: ({ error, address }) =>
      `Die Verbindung${address === undefined ? "" : ` zu ${address}`} ist fehlgeschlagen (${error}).`,
    timeout: "Die Antwort kam nicht rechtzeitig.",
    key_unavailable: "Der Schlüssel ist nicht verfügbar.",
    folder_in_use: "Ein anderer Befehl verwendet die Daten.",
    unexpected: "Etwas Unerwartetes ist passiert.",
  },
  failureAdvice: {
    aws_credentials:
      "Melden Sie sich an oder setzen Sie AWS_PROFILE: aws sts get-caller-identity muss antworten.",
    aws_session_expired: "Melden Sie sich neu an (aws sso login).",
    clock_skew: "Stellen Sie die Uhr: AWS weist Anfragen ab fünf Minuten Abweichung zurück.",
    access_denied: "Verwenden Sie Zugangsdaten mit der genannten Berechtigung.",
    not_deployed:
      "Ist die Stage in diesem Konto und in dieser Region bereitgestellt? npx sst deploy --stage NAME stellt sie bereit; AWS_REGION wählt die Region.",
    busy: "Versuchen Sie es in einer Minute noch einmal.",
    no_region: "Setzen Sie AWS_REGION, zum Beispiel AWS_REGION=eu-central-1.",
    connection_failed: "Läuft der Stack noch, und ist das Netz verfügbar?",
    timeout: "Versuchen Sie es in einer Minute noch einmal; energylive doctor sucht weiter.",
    key_unavailable: "energylive keys list zeigt die Schlüssel; energylive keys set NAME fügt einen hinzu.",
    folder_in_use: "Warten Sie, bis der andere Befehl fertig ist, oder beenden Sie den anderen Stack.",
    unexpected: "Im Protokoll der Übersicht steht, wo.",
  },
  deviceProblems: {
    not_text: "ist kein Text",
    not_number: "ist keine Zahl",
    not_whole_number: "ist keine ganze Zahl",
    not_true_or_false: "ist weder true noch false",
    not_list: "ist keine Liste von Texten",
    not_map: "ist keine Liste von Namen mit je einem Text",
    not_device_id: "ist keine Gerätekennung; eine sieht so aus: I-10082023-01658401",
    not_time_zone: "ist keine Zeitzone wie Europe/Vienna",
    not_time: "ist keine Zeit wie 2026-11-26T08:00:00Z",
    not_channel_name:
      "ist kein Name eines Kanals; erlaubt sind bis zu 64 Buchstaben, Ziffern, Punkte, Binde- und Unterstriche",
    not_key_name:
      "ist kein Schlüsselname; erlaubt sind bis zu 64 Buchstaben, Ziffern, Punkte, Binde- und Unterstriche",
    empty: "ist leer",
    unusable_characters: "enthält Zeichen, die nicht gesendet werden können",
    invalid: "ist ungültig",
    too_small: ({ minimum }) => `ist kleiner als ${minimum}`,
    too_large: ({ maximum }) => `ist größer als ${maximum}`,
    too_long: ({ maximum }) => `ist länger als ${maximum} Zeichen`,
    not_in_rule: "gehört nicht zu dieser Regel",
    not_one_of: ({ known }) => `ist keines von ${known.join(", ")}`,
    unknown_field: ({ known }) => `ist kein Feld eines Geräts (bekannt: ${known.join(", ")})`,
  },
  reasons: {
    invalid_element: {
      meaning:
        "Ein Teil einer API-Antwort oder eines Imports, der kein Messwert ist. Sein Wortlaut steht im Inhalt.",
      advice:
        "Verständigen Sie den Betreiber der API, oder berichtigen Sie die Quelle und importieren Sie sie neu; dann löschen Sie ihn: Erneut eingereiht käme er zurück.",
    },
    implausible_time: {
      meaning:
        "Ein Messwert, dessen Zeit mehr als einen Tag in der Zukunft liegt: Die Uhr des Geräts geht falsch.",
      advice: "Löschen Sie ihn. Erneut eingereiht würde er unter dieser Zeit gespeichert.",
    },
    conflicting_value: {
      meaning: "Ein zweiter Wert für Gerät, Art und Zeitpunkt, zu denen es schon einen anderen gibt.",
      advice: "Vergleichen Sie beide. Soll dieser gelten, reihen Sie ihn erneut ein, sonst löschen Sie ihn.",
    },
    invalid_json: {
      meaning: "Kein JSON. Etwas anderes als der Abfragelauf hat in diese Warteschlange geschrieben.",
      advice: "Finden Sie heraus, was das war, und löschen Sie die Nachricht.",
    },
    invalid_message: {
      meaning:
        "JSON, aber kein Messwert. Etwas anderes als der Abfragelauf hat in diese Warteschlange geschrieben.",
      advice: "Finden Sie heraus, was das war, und löschen Sie die Nachricht.",
    },
    unknown_version: {
      meaning: "Von einer neueren Version geschrieben als der des Empfängers.",
      advice: "Stellen Sie die neuere Version bereit und reihen Sie die Nachricht erneut ein.",
    },
    rejected_by_dynamodb: {
      meaning: "DynamoDB kann diesen Eintrag nie annehmen. Die Einzelheit nennt den Grund.",
      advice: "Beheben Sie, was die Einzelheit nennt, und reihen Sie die Nachricht erneut ein.",
    },
    not_told: {
      meaning: "Eine Meldung, die ein Kanal nicht annimmt. Die Einzelheit nennt den Kanal und den Grund.",
      advice:
        "Richten Sie den Kanal neu ein (energylive channels set), probieren Sie ihn aus (energylive alerts test) und reihen Sie die Nachricht erneut ein.",
    },
    none: {
      meaning:
        "So oft empfangen, wie die Warteschlange erlaubt, und nie gespeichert: Der Empfänger ist zweieinhalb Tage lang daran abgestürzt, oder die Tabelle war zehn Tage lang nicht erreichbar.",
      advice:
        "Beheben Sie die Ursache (siehe Protokoll des Empfängers) und reihen Sie die Nachricht erneut ein.",
    },
  },
  unknownReason: {
    meaning: "Diese Version kennt den Grund nicht.",
    advice: "Lesen Sie die Einzelheit, oder verwenden Sie eine neuere Version.",
  },
  types: {
    "0100010700": "Leistung, Bezug",
    "0100010800": "Zählerstand, Bezug",
    "0100020700": "Leistung, Einspeisung",
    "0100020800": "Zählerstand, Einspeisung",
    "0100030800": "Blindenergie, Bezug",
    "0100040800": "Blindenergie, Einspeisung",
    batteryVoltage: "Batterie des Geräts",
    roomTemperature: "Raumtemperatur",
    roomHumidity: "Luftfeuchtigkeit im Raum",
    loraRssi: "Signalstärke des Funks",
    loraSnr: "Signal-Rausch-Abstand des Funks",
    messageCount: "Gesendete Nachrichten",
    errorCode: "Fehlercode des Geräts",
    freeHeap8Bit: "Freier Speicher des Geräts",
    largestHeapBlock8Bit: "Größter freier Speicherblock des Geräts",
  },
  quantities: {
    active_power: "Wirkleistung",
    active_energy: "Wirkenergie",
    reactive_power: "Blindleistung",
    reactive_energy: "Blindenergie",
    apparent_power: "Scheinleistung",
    apparent_energy: "Scheinenergie",
    current: "Strom",
    voltage: "Spannung",
    power_factor: "Leistungsfaktor",
    frequency: "Frequenz",
  },
  directions: {
    drawn: ", Bezug",
    fed_in: ", Einspeisung",
    drawn_plus_fed_in: ", Bezug plus Einspeisung",
    drawn_minus_fed_in: ", Bezug minus Einspeisung",
    quadrant_1: ", Quadrant I",
    quadrant_2: ", Quadrant II",
    quadrant_3: ", Quadrant III",
    quadrant_4: ", Quadrant IV",
  },
  alertRules: {
    power_above: ({ watts, minutes }, number) =>
      `mehr als ${number(watts)} W Bezug, ${number(minutes)} min lang`,
    no_data: ({ minutes }, number) => `nichts Neues seit ${number(minutes)} min`,
    energy_above: ({ kwh, per }, number) => `mehr als ${number(kwh)} kWh Bezug ${PER[per]}`,
    cost_above: ({ eur, per }, number) => `mehr als ${number(eur)} € ${PER[per]}`,
    peak_above: ({ kw }, number) => `eine Viertelstunde über ${number(kw)} kW`,
    base_load_above: ({ watts }, number) => `Grundlast über ${number(watts)} W`,
    battery_below: ({ millivolts }, number) => `Batterie unter ${number(millivolts)} mV`,
    unusual_day: ({ percent }, number) => `ein Tag ${number(percent)} % anders als sonst`,
  },
  unnamedQuantity: (number) => `Größe ${number}`,
  tariff: (number) => `Tarif ${number}`,
};
