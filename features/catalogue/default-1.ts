/**
 * Catalogue `default-1`: what an action's name means to a report. One entry a line: LIKE pattern (`%` any text, `_` one character, so a real `_` is `\_`), category,
 * and `*` where the act is privileged whoever does it. The longest pattern that matches wins. A published catalogue never changes: another is another version.
 */
export const default1 = String.raw`
auth.login                        auth.login
auth.logout                       auth.logout
auth.lockout                      auth.lockout
auth.elevate                      auth.elevate          *
auth.privileged\_logon            auth.elevate          *
%.ConsoleLogin                    auth.login
host.sudo                         auth.elevate          *
sts.AssumeRole%                   auth.elevate          *
sts.Get%                          data.read

user.create                       account.create        *
user.enable                       account.enable        *
user.disable                      account.disable       *
user.delete                       account.delete        *
user.password%                    credential.change     *
mfa.%                             mfa.change            *
api\_key.create                   credential.change     *
api\_key.revoke                   credential.change     *
role.grant                        priv.grant            *
role.revoke                       priv.revoke           *
group.member\_add                 priv.grant            *
group.member\_remove              priv.revoke           *
permission.change                 priv.grant            *
breakglass.open                   breakglass.open       *
breakglass.close                  breakglass.close      *

config.update                     config.change         *
firewall\_rule.%                  config.change         *
retention.update                  config.change         *
retention.run                     data.delete
merchant.update                   config.change         *
backup.run                        data.read
backup.restore%                   config.change         *
directory.sync                    data.update
key.use                           key.use
key.rotate                        key.rotate            *
key.destroy                       key.destroy           *
change.request                    change.request
change.approve                    change.approve
release.deploy                    change.deploy         *
review.signoff                    review.signoff
dsr.received                      dsr.received
dsr.answered                      dsr.answered
erasure.done                      erasure.done
incident.%                        incident.reported

audit.view                        audit.read
audit.export                      audit.export
audit.start                       audit.start           *
audit.stop                        audit.stop            *
audit.log\_clear                  audit.stop            *
audit.configure                   audit.config          *
audit.policy\_change              audit.config          *

%.view                            data.read
%.list                            data.read
%.search                          data.read
card.reveal                       data.read
record.export                     data.export
record.disclose                   data.disclose
phi.disclose                      data.disclose
patient.create                    data.create
patient.update                    data.update
patient.delete                    data.delete
note.create                       data.create
lab\_report.import                data.create
lab\_report.sign                  data.update
image.store                       data.create
prescription.create               data.create
prescription.update               data.update
appointment.book                  data.create
appointment.update                data.update
appointment.cancel                data.update
payment.authorise                 data.create
payment.capture                   data.update
payment.refund                    data.update
payout.create                     data.create
payout.approve                    data.update
reminder.send                     data.disclose

%.Get%                            data.read
%.List%                           data.read
%.Describe%                       data.read
%.Lookup%                         data.read
%.Search%                         data.read
%.Head%                           data.read
%.BatchGet%                       data.read
%.Create%                         config.change         *
%.Delete%                         config.change         *
%.Put%                            config.change         *
%.Update%                         config.change         *
%.Modify%                         config.change         *
%.Attach%                         config.change         *
%.Detach%                         config.change         *
%.Associate%                      config.change         *
%.Disassociate%                   config.change         *
%.Authorize%                      config.change         *
%.Revoke%                         config.change         *
%.Register%                       config.change         *
%.Deregister%                     config.change         *
%.Allocate%                       config.change         *
%.Release%                        config.change         *
%.Add%                            config.change         *
%.Remove%                         config.change         *
%.Enable%                         config.change         *
%.Disable%                        config.change         *
%.Start%                          config.change         *
%.Stop%                           config.change         *
%.Reboot%                         config.change         *
%.Run%                            config.change         *
%.Terminate%                      config.change         *
%.Send%                           config.change         *
%.Set%                            config.change         *
%.Reset%                          config.change         *
%.Restore%                        config.change         *
%.Tag%                            config.change         *
%.Untag%                          config.change         *
%.Leave%                          config.change         *
%.Accept%                         config.change         *
%.Cancel%                         config.change         *
%.Schedule%                       config.change         *
iam.Create%                       config.change         *
iam.CreateUser                    account.create        *
iam.DeleteUser                    account.delete        *
iam.%AccessKey%                   credential.change     *
iam.%LoginProfile                 credential.change     *
iam.GetLoginProfile               data.read
iam.GetAccessKey%                 data.read
iam.ListAccessKeys                data.read
iam.ChangePassword                credential.change     *
iam.UpdateAccountPasswordPolicy   config.change         *
iam.%MFADevice%                   mfa.change            *
iam.ListMFADevices                data.read
iam.ListVirtualMFADevices         data.read
iam.GetMFADevice                  data.read
iam.Attach%Policy                 priv.grant            *
iam.Put%Policy                    priv.grant            *
iam.CreateRole                    priv.grant            *
iam.AddUserToGroup                priv.grant            *
iam.UpdateAssumeRolePolicy        priv.grant            *
iam.Detach%Policy                 priv.revoke           *
iam.DeleteRolePolicy              priv.revoke           *
iam.DeleteUserPolicy              priv.revoke           *
iam.DeleteGroupPolicy             priv.revoke           *
iam.DeleteRole                    priv.revoke           *
iam.RemoveUserFromGroup           priv.revoke           *
kms.Encrypt                       key.use
kms.Decrypt                       key.use
kms.ReEncrypt%                    key.use
kms.GenerateDataKey%              key.use
kms.Sign                          key.use
kms.Verify%                       key.use
kms.EnableKeyRotation             key.rotate            *
kms.RotateKeyOnDemand             key.rotate            *
kms.ScheduleKeyDeletion           key.destroy           *
kms.DisableKey                    key.destroy           *
secretsmanager.CreateSecret       credential.change     *
secretsmanager.DeleteSecret       credential.change     *
secretsmanager.PutSecretValue     credential.change     *
secretsmanager.UpdateSecret%      credential.change     *
secretsmanager.RestoreSecret      credential.change     *
secretsmanager.RotateSecret       credential.change     *
secretsmanager.StartSecretVersionDelete  credential.change  *
secretsmanager.EndSecretVersionDelete    credential.change  *
ssm.PutInventory                  data.update
ssm.PutComplianceItems            data.update
ssm.UpdateInstanceInformation     data.update
ssm.UpdateInstanceAssociationStatus      data.update
s3.GetObject%                     data.read
s3.HeadObject                     data.read
s3.PutObject                      data.create
s3.CopyObject                     data.create
s3.DeleteObject%                  data.delete
cloudtrail.LookupEvents           audit.read
cloudtrail.StartLogging           audit.start           *
cloudtrail.CreateTrail            audit.start           *
cloudtrail.StopLogging            audit.stop            *
cloudtrail.DeleteTrail            audit.stop            *
cloudtrail.UpdateTrail            audit.config          *
cloudtrail.PutEventSelectors      audit.config          *
cloudtrail.PutInsightSelectors    audit.config          *
config.StopConfigurationRecorder  audit.stop            *
config.DeleteConfigurationRecorder       audit.stop     *
guardduty.DeleteDetector          audit.stop            *

k8s.get                           data.read
k8s.list                          data.read
k8s.watch                         data.read
k8s.create                        config.change         *
k8s.update                        config.change         *
k8s.patch                         config.change         *
k8s.delete                        config.change         *
k8s.deletecollection              config.change         *

account.created                   account.create        *
account.changed                   priv.grant            *
account.disabled                  account.disable       *
key.issued                        credential.change     *
key.revoked                       credential.change     *
key.rotated                       key.rotate            *
key.certified                     key.rotate            *
key.compromised                   incident.key          *
trail.created                     audit.start           *
trail.added                       audit.config          *
settings.changed                  audit.config          *
catalogue.published               audit.config          *
rules.published                   audit.config          *
capture.changed                   audit.config          *
partition.archived                audit.config          *
events.disposed                   audit.config          *
value.revealed                    data.disclose         *
value.erased                      erasure.done          *
report.viewed                     audit.read
verification.finished             audit.read
checkpoint.anchored               audit.export
bundle.created                    audit.export
bundle.downloaded                 audit.export
checkpoint.downloaded             audit.export
sample.committed                  audit.read
sample.frozen                     audit.read
import.finished                   data.create
incident.downloaded               audit.export
import.sealed                     data.create
source.started                    audit.start
source.dropped                    incident.gap
event.rejected                    incident.rejected
id.conflict                       incident.conflict
clock.rolled\_back                incident.clock
clock.apart                       incident.clock
clock.checked                     audit.read
`;
