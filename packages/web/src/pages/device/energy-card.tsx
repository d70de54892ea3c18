import { useId } from "preact/hooks";

import { parameters, setParameters } from "../../app/router.ts";
import type { PlotView } from "../../chart/plot-view.ts";
import { apiUrl, sheetUrl } from "../../data/client.ts";
import { language, t } from "../../i18n/locale.ts";
import { Icon } from "../../ui/icon.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import { CostBars } from "./cost-bars.tsx";
import { EnergyBars } from "./energy-bars.tsx";
import { possibleUnits, quartersOf, suitableUnit } from "./energy-data.ts";

const QUANTITIES = ["kwh", "eur"] as const;

/** Of the week, month or year that is shown, or of the month that the range begins in. */
function reportUrl(deviceId: string, plot: PlotView): string {
  const period = plot.period.value;
  const unit = period === undefined || period.unit === "day" ? "month" : period.unit;
  return apiUrl("/api/report", {
    device: deviceId,
    unit,
    at: plot.settled.value.from,
    language: language.value,
  });
}

/** Energy from the registers or what it cost, per hour, day or month of the power chart's range. */
export function EnergyCard(props: {
  deviceId: string;
  name: string;
  plot: PlotView;
  /** The power above loads first: loading both at once would delay it. */
  isAwaited: boolean;
}) {
  const { deviceId, name, plot, isAwaited } = props;
  const words = t.value.device;
  const titleId = useId();
  const range = plot.settled.value;
  const units = possibleUnits(range);
  const chosen = parameters.value.get("per");
  const unit = units.find((possible) => possible === chosen) ?? suitableUnit(range);
  const isCost = parameters.value.get("in") === "eur";
  const bars = { asked: { deviceId, range, unit, enabled: !isAwaited }, name, titleId };
  const [path, csvTitle] = isCost ? ["/api/costs.csv", words.csvCosts] : ["/api/energy.csv", words.csvEnergy];
  return (
    <section class="card chart-card" aria-labelledby={titleId}>
      <header class="card-head">
        <h2 id={titleId}>{isCost ? t.value.cost.title : words.energy}</h2>
        <div class="card-tools">
          <Segmented
            label={t.value.cost.quantity}
            choices={QUANTITIES.map((value) => ({ value, text: t.value.cost.quantities[value] }))}
            chosen={isCost ? "eur" : "kwh"}
            onChoose={(quantity) => setParameters({ in: quantity === "eur" ? "eur" : undefined })}
          />
          <Segmented
            label={words.energyPer}
            choices={units.map((value) => ({ value, text: words.units[value] }))}
            chosen={unit}
            onChoose={(per) => setParameters({ per })}
          />
          <a class="button" href={reportUrl(deviceId, plot)} target="_blank" rel="noopener">
            {words.report}
          </a>
          <a
            class="button"
            href={sheetUrl(path, { device: deviceId, unit, ...quartersOf(range) })}
            download=""
            title={csvTitle}
            aria-label={csvTitle}
          >
            <Icon name="download" />
            {words.csv}
          </a>
        </div>
      </header>
      {isCost ? <CostBars {...bars} /> : <EnergyBars {...bars} />}
    </section>
  );
}
