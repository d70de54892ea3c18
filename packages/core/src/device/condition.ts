import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";

/** False if the request's condition did not hold. */
export async function unlessConditionFails(request: Promise<unknown>): Promise<boolean> {
  try {
    await request;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
