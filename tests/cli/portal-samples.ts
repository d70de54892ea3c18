/** How each portal writes the two quarter-hours from 08:00 on 3 February 2025, of 0.25 and 1.5 kWh. Made up. */
export const SAMPLES: Record<string, string> = {
  "Netz NÖ":
    "Messzeitpunkt;Gemessener Verbrauch (kWh);Ersatzwert;\n03.02.2025 08:15;0,250000;;\n03.02.2025 08:30;1,500000;;\n",
  "Wiener Netze":
    "\uFEFFDatum;Zeit von;Zeit bis;AT0010000000000000001000000000000 Verbrauch [kWh]\n03.02.2025;08:00:00;08:15:00;0,250\n03.02.2025;08:15:00;08:30:00;1,500\n",
  "Energienetze Steiermark":
    "Anlagennummer;Tarif;Verbrauchszeitraum Beginn;Verbrauchszeitraum Ende;Verbrauch;Einheit;Messwert: VAL...gemessen, EST...rechnerisch ermittelt\n1;EHT;03.02.2025 08:00;03.02.2025 08:15;0,25;KWH;VAL\n1;EHT;03.02.2025 08:15;03.02.2025 08:30;1,5;KWH;VAL\n",
  "Energienetze Steiermark (load)":
    "Anlagennummer;Tarif;Leistungszeitraum Beginn;Leistungszeitraum Ende;Leistung;Einheit\n1;EHT;03.02.25 08:00;03.02.25 08:15;1;KW\n1;EHT;03.02.25 08:15;03.02.25 08:30;6;KW\n",
  "Energienetze Steiermark (statistics)":
    "Anlagennummer;Tarif;Statistikzeitraum Beginn;Statistikzeitraum Ende;Wert;Einheit\n1;EHT;03.02.2025 08:00;03.02.2025 08:15;0,25;KWH\n1;EHT;03.02.2025 08:15;03.02.2025 08:30;1,5;KWH\n",
  "Stromnetz Graz":
    "Ablesezeitpunkt,Zaehlerstand Gesamt - 1.8.0,Verbrauch Gesamt - 1.8.0\n2025-02-03T08:00:00+01:00,12,0.25\n2025-02-03T08:15:00+01:00,12.25,1.5\n",
  "Kärnten Netz": "Datum;Zeit;kWh;Status\n03.02.2025;08:00:00;0,25;gültig\n03.02.2025;08:15:00;1,5;gültig\n",
  "Netz OÖ": "Datum;kWh;kW;Status\n03.02.2025 08:00;0,25;1;gemessen\n03.02.2025 08:15;1,5;6;gemessen\n",
  "Netz Burgenland":
    "Startdatum;Startuhrzeit;Enddatum;Enduhrzeit;Verbrauch (in kWh); Status\n03.02.2025;08:00;03.02.2025;08:15;0,25;G\n03.02.2025;08:15;03.02.2025;08:30;1,5;G\n",
  "Netz Burgenland (older), Clam Strom":
    "Start;Ende;Verbrauch (kWh) - Gesamtverbrauch\n 03.02.2025 08:00:00; 03.02.2025 08:15:00;0,25\n 03.02.2025 08:15:00; 03.02.2025 08:30:00;1,5\n",
  "Linz Netz":
    "Datum von;Datum bis;Energiemenge in kWh;Ersatzwert\n03.02.2025 08:00;03.02.2025 08:15;0,25;\n03.02.2025 08:15;03.02.2025 08:30;1,5;\n",
  "Vorarlberg Netz":
    "Zählpunkt: AT0000000000\n\nBeginn der Messreihe;Ende der Messreihe;Messwert in kWh\n03.02.2025 08:00;03.02.2025 08:15;0,25\n03.02.2025 08:15;03.02.2025 08:30;1,5\nSumme;;1,75\n",
  TINETZ: "DATE_FROM;DATE_TO;DATE_FROM2;VALUE2\nx;x;03.02.2025 08:00;0,25\nx;x;03.02.2025 08:15;1,5\n",
  "Salzburg Netz":
    "Datum und Uhrzeit;AT1 (in kWh);Status\n2025-02-03 08:00:00;0,25;V\n2025-02-03 08:15:00;1,5;V\n",
  "Salzburg Netz (newer)":
    "Datum;Restverbrauch;Status\n03.02.2025 08:00:00;0,25;V\n03.02.2025 08:15:00;1,5;V\n",
  "eww Wels":
    "BeginDate;EndDate;Netztarif;Unit;Status\n2025-02-03 00:00:00;2025-02-04 00:00:00;24;kWh;V\n2025-02-03 08:00:00;2025-02-03 08:15:00;0,25;kWh;V\n2025-02-03 08:15:00;2025-02-03 08:30:00;1,5;kWh;V\n",
  "Energie Klagenfurt":
    "Typ;Anlage;OBIS-Code;DatumUhrzeit;Verbrauch;Einheit\nL;1;1.8.0;03.02.2025 08:00;0,25;kWh\nL;1;1.8.0;03.02.2025 08:15;1,5;kWh\n",
  "Ebner Strom":
    "Zeitstempel String,Obiscode,Wert (kWh),Angezeigter Zeitraum\n03.02.2025 08:15,1.8.0,0.25,x\n03.02.2025 08:15,2.8.0,7,x\n03.02.2025 08:30,1.8.0,1.5,x\n",
  "Innsbrucker Kommunalbetriebe":
    "Datum,AT0051000000000000000000000000000 Bezug\n03.02.2025 08:15,0.25\n03.02.2025 08:30,1.5\n",
};
