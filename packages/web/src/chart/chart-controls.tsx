import { serverNow } from "../data/clock.ts";
import { t } from "../i18n/locale.ts";
import { Icon, type IconName } from "../ui/icon.tsx";
import type { PlotView } from "./plot-view.ts";
import { panned, zoomed } from "./view.ts";

const PAN_SHARE = 0.5;
const ZOOM_FACTOR = 0.5;

/** Buttons that do the same as dragging and pinching. */
export function ChartControls({ plot }: { plot: PlotView }) {
  const words = t.value.device;
  const pan = (share: number) => plot.show(panned(plot.view.peek(), share, serverNow()));
  const zoom = (factor: number) => plot.show(zoomed(plot.view.peek(), factor, 0.5, serverNow()));
  return (
    <div class="chart-controls">
      <Control icon="earlier" label={words.earlier} onClick={() => pan(-PAN_SHARE)} />
      <Control icon="later" label={words.later} onClick={() => pan(PAN_SHARE)} />
      <Control icon="zoomIn" label={words.zoomIn} onClick={() => zoom(ZOOM_FACTOR)} />
      <Control icon="zoomOut" label={words.zoomOut} onClick={() => zoom(1 / ZOOM_FACTOR)} />
    </div>
  );
}

function Control({ icon, label, onClick }: { icon: IconName; label: string; onClick: () => void }) {
  return (
    <button type="button" class="icon-button" aria-label={label} title={label} onClick={onClick}>
      <Icon name={icon} />
    </button>
  );
}
