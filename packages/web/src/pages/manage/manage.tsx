import type { KeyList } from "@energylive/api/contract";
import { session } from "../../app/session.ts";
import { getJson } from "../../data/client.ts";
import { useResource } from "../../data/resource.ts";
import { t } from "../../i18n/locale.ts";
import { PageTitle } from "../../ui/page-title.tsx";
import { FailureState, Skeleton } from "../../ui/states.tsx";
import { FindDevices } from "./find-devices.tsx";
import { KeysCard } from "./keys-card.tsx";
import { OwnKeyCard } from "./own-key-card.tsx";

/** Keys, and the devices of the account that they belong to. */
export function ManagePage() {
  const keys = useResource<KeyList>("keys", (signal) => getJson("/api/keys", undefined, signal));
  const error = keys.error.value;
  const list = keys.data.value;
  return (
    <div class="page">
      <PageTitle title={t.value.manage.title} />
      {list === undefined || session.value === undefined ? (
        error === undefined ? (
          <Skeleton kind="table" />
        ) : (
          <FailureState error={error} onRetry={keys.refresh} />
        )
      ) : session.value.is_simulated ? (
        <OwnKeyCard list={list} />
      ) : (
        <>
          <KeysCard list={list} onChange={keys.refresh} />
          <FindDevices list={list} onChange={keys.refresh} />
        </>
      )}
    </div>
  );
}
