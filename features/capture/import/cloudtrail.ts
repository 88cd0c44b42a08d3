// One record of AWS CloudTrail → one draft. docs/import.md has the same table in words.
import { isJsonObject, type JsonObject, type JsonValue, newObject } from '@/core/json';

export type Mapped = { ok: true; draft: JsonObject } | { ok: false; reason: string };

/** Where an API call names what it works on, when the record has no `resources`. The first that holds a text counts. */
const RESOURCE_PARAMETERS = ['secretId', 'name', 'userName', 'roleName', 'bucketName', 'keyId', 'instanceId', 'trailName', 'policyArn', 'dBInstanceIdentifier'];

/** @returns the draft, in the members of SPEC §2; `details` holds what reports ask for and `record`, the source record whole */
export function cloudTrailDraft(record: JsonValue): Mapped {
  if (!isJsonObject(record)) return { ok: false, reason: 'not a CloudTrail record: an object is due' };
  const eventName = text(record.eventName);
  const service = text(record.eventSource)?.split('.')[0];
  if (!eventName || !service) return { ok: false, reason: `not a CloudTrail record: ${eventName ? 'eventSource' : 'eventName'} is missing` };

  const identity = isJsonObject(record.userIdentity) ? record.userIdentity : newObject();
  const draft = newObject();
  const set = (name: string, value: JsonValue | undefined) => {
    if (value !== undefined && value !== null && value !== '') draft[name] = value;
  };
  set('id', record.eventID);
  set('occurred_at', record.eventTime);
  set('actor_type', actorType(identity));
  set('actor_id', text(identity.arn) ?? text(identity.invokedBy) ?? text(identity.principalId) ?? text(identity.userName) ?? 'anonymous');
  set('action', `${service}.${eventName}`);
  set('resource_type', service);
  set('resource_id', resourceId(record));
  set('outcome', outcome(record, eventName));
  set('ip_address', record.sourceIPAddress); // a service's host name becomes details.ip_raw by the rule for addresses
  set('user_agent', record.userAgent);
  set('request_id', record.requestID);
  set('session_id', identity.accessKeyId);
  draft.details = details(record, identity);
  return { ok: true, draft };
}

function details(record: JsonObject, identity: JsonObject): JsonObject {
  const out = newObject();
  const set = (name: string, value: JsonValue | undefined) => {
    if (value !== undefined && value !== null && value !== '') out[name] = value;
  };
  const session = isJsonObject(identity.sessionContext) ? identity.sessionContext.attributes : undefined;
  set('error_code', record.errorCode);
  set('read_only', record.readOnly);
  set('region', record.awsRegion);
  set('event_type', record.eventType);
  set('mfa', isJsonObject(session) ? yesOrNo(session.mfaAuthenticated) : undefined);
  out.record = record;
  return out;
}

function actorType(identity: JsonObject): string {
  switch (identity.type) {
    case 'Root':
      return 'admin';
    case 'AWSService':
      return 'system';
    case 'AssumedRole':
      return 'service';
    case 'IAMUser':
    case 'FederatedUser':
      return 'user';
    default:
      return text(identity.invokedBy) ? 'system' : 'user';
  }
}

function resourceId(record: JsonObject): string | undefined {
  const first = Array.isArray(record.resources) ? record.resources[0] : undefined;
  const arn = isJsonObject(first) ? text(first.ARN) : undefined;
  if (arn) return arn;
  const parameters = record.requestParameters;
  if (!isJsonObject(parameters)) return undefined;
  return RESOURCE_PARAMETERS.map((name) => text(parameters[name])).find((value) => value !== undefined);
}

function outcome(record: JsonObject, eventName: string): string {
  const code = text(record.errorCode);
  if (code) return code.includes('AccessDenied') || code.includes('Unauthorized') || code === 'AuthorizationError' ? 'denied' : 'failure';
  const response = record.responseElements;
  return eventName === 'ConsoleLogin' && isJsonObject(response) && response.ConsoleLogin === 'Failure' ? 'failure' : 'success';
}

const text = (value: JsonValue | undefined): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** CloudTrail writes this one as a text. */
const yesOrNo = (value: JsonValue | undefined) => (value === 'true' ? true : value === 'false' ? false : value);
