import type { Team } from './company';
import type { Deed, World } from './event';
import { anyAppointment, anyMerchant, anyPatient, anyPayment, anyPrescription, anyReport, anyStudy } from './records';

type Maker = (world: World) => Deed;
type Weighted = readonly (readonly [Maker, number])[];

const purposes = ['treatment', 'treatment', 'treatment', 'referral', 'billing'] as const;

/** About one view in 150 is of a patient who is in nobody's care here: the application refuses and says so. */
const viewPatient: Maker = ({ rng }) => {
  const resource = ['patient', anyPatient(rng)] as const;
  if (rng.chance(0.007)) return { action: 'patient.view', resource, outcome: 'denied', details: { policy: 'care-team', purpose: 'treatment' } };
  return { action: 'patient.view', resource, details: { purpose: rng.pick(purposes), read_only: true, subject_id: resource[1] } };
};
const updatePatient: Maker = ({ rng, records }) => {
  const id = anyPatient(rng);
  return { action: 'patient.update', resource: ['patient', id], details: { changes: records.change('patient', id, rng), subject_id: id } };
};
const createPatient: Maker = ({ rng }) => {
  const id = anyPatient(rng);
  return { action: 'patient.create', resource: ['patient', id], details: { referral: rng.pick(['self', 'gp', 'hospital']), subject_id: id } };
};
const createNote: Maker = ({ rng }) => ({
  action: 'note.create',
  resource: ['patient', anyPatient(rng)],
  details: { kind: rng.pick(['consultation', 'phone', 'ward round']), characters: rng.between(80, 2400) },
});
const viewReport: Maker = ({ rng }) => ({
  action: 'lab_report.view',
  resource: ['lab_report', anyReport(rng)],
  details: { purpose: 'treatment', read_only: true },
});
const signReport: Maker = ({ rng }) => ({
  action: 'lab_report.sign',
  resource: ['lab_report', anyReport(rng)],
  details: { changes: { state: { old: 'preliminary', new: 'final' } }, analyses: rng.between(1, 14) },
});
const viewStudy: Maker = ({ rng }) => ({
  action: 'image.view',
  resource: ['image_study', anyStudy(rng)],
  details: { modality: rng.pick(['CT', 'MR', 'US', 'XR']), read_only: true, series: rng.between(1, 9) },
});
const createPrescription: Maker = ({ rng }) => ({
  action: 'prescription.create',
  resource: ['prescription', anyPrescription(rng)],
  details: { substance: rng.pick(['amarillin', 'dorvastine', 'selprofen', 'trivacol']), days: rng.pick([7, 14, 28, 90]) },
});
const updatePrescription: Maker = ({ rng, records }) => {
  const id = anyPrescription(rng);
  return { action: 'prescription.update', resource: ['prescription', id], details: { changes: records.change('prescription', id, rng) } };
};
const bookAppointment: Maker = ({ rng }) => ({
  action: 'appointment.book',
  resource: ['appointment', anyAppointment(rng)],
  details: { channel: rng.pick(['desk', 'phone', 'web']) },
});
const moveAppointment: Maker = ({ rng, records }) => {
  const id = anyAppointment(rng);
  return { action: 'appointment.update', resource: ['appointment', id], details: { changes: records.change('appointment', id, rng) } };
};
const disclose: Maker = ({ rng }) => {
  const id = anyPatient(rng);
  return {
    action: 'record.disclose',
    resource: ['patient', id],
    details: {
      description: rng.pick(['discharge letter', 'lab results of 12 months', 'imaging report']),
      purpose: rng.pick(['second opinion', 'insurer request', 'court order']),
      recipient: rng.pick(['Harbour Insurance (fictional)', 'St. Quill Hospital (fictional)', 'District Court of Nowhere']),
      subject_id: id,
    },
  };
};
const viewPayment: Maker = ({ rng }) => ({ action: 'payment.view', resource: ['payment', anyPayment(rng)], details: { read_only: true } });
const refund: Maker = ({ rng }) => {
  const resource = ['payment', anyPayment(rng)] as const;
  const details = {
    amount: `${rng.between(5, 400)}.${rng.pick(['00', '50', '90'])}`,
    currency: 'EUR',
    reason: rng.pick(['cancelled visit', 'billed twice', 'goodwill']),
  };
  return rng.chance(0.04)
    ? { action: 'payment.refund', resource, outcome: 'failure', details: { ...details, error: 'already_refunded' } }
    : { action: 'payment.refund', resource, details };
};
const viewMerchant: Maker = ({ rng }) => ({ action: 'merchant.view', resource: ['merchant', anyMerchant(rng)], details: { read_only: true } });
const approvePayout: Maker = ({ rng }) => ({
  action: 'payout.approve',
  resource: ['payout', `po-${rng.between(10_000, 19_999)}`],
  details: { amount: `${rng.between(900, 60_000)}.00`, currency: 'EUR', four_eyes: true },
});
const revealCard: Maker = ({ rng }) => ({
  action: 'card.reveal',
  resource: ['card', `card_${rng.hex(8)}`],
  ...(rng.chance(0.08)
    ? { outcome: 'denied' as const, details: { policy: 'reveal-needs-case' } }
    : { details: { case: `CASE-${rng.between(3000, 9800)}`, shown: 'first 6, last 4' } }),
});
const answerRequest: Maker = ({ rng }) => ({
  action: rng.chance(0.5) ? 'dsr.received' : 'dsr.answered',
  resource: ['data_request', `DSR-${rng.between(100, 180)}`],
  details: { kind: rng.pick(['access', 'erasure', 'correction']) },
});
const viewAudit: Maker = ({ rng }) => ({
  action: 'audit.view',
  resource: ['audit_view', rng.pick(['privileged', 'failed-access', 'access'])],
  details: { read_only: true, row_count: rng.between(20, 900) },
});

/** What people do between signing in and out, in the shares in which they do it. */
export const deedsOf: Record<Exclude<Team, 'admins'>, Weighted> = {
  doctors: [
    [viewPatient, 44],
    [createNote, 13],
    [viewReport, 14],
    [viewStudy, 9],
    [createPrescription, 7],
    [updatePrescription, 4],
    [updatePatient, 4],
    [disclose, 0.6],
  ],
  nurses: [
    [viewPatient, 50],
    [updatePatient, 14],
    [createNote, 14],
    [viewReport, 9],
    [moveAppointment, 5],
  ],
  reception: [
    [bookAppointment, 32],
    [moveAppointment, 30],
    [viewPatient, 22],
    [createPatient, 7],
    [updatePatient, 5],
  ],
  lab: [
    [signReport, 42],
    [viewReport, 36],
    [viewPatient, 8],
    [viewStudy, 4],
  ],
  billing: [
    [viewPayment, 38],
    [refund, 9],
    [viewMerchant, 16],
    [approvePayout, 8],
    [viewPatient, 6],
    [disclose, 0.5],
  ],
  support: [
    [viewPayment, 40],
    [viewMerchant, 20],
    [revealCard, 5],
    [refund, 8],
  ],
  compliance: [
    [viewAudit, 30],
    [answerRequest, 8],
    [disclose, 3],
    [viewPatient, 2],
  ],
};

/** A declined card is the answer of a bank, not a failed access: the act succeeded and says what came back. */
export const authorisePayment: Maker = ({ rng }) => ({
  action: 'payment.authorise',
  resource: ['payment', anyPayment(rng)],
  details: {
    amount: `${rng.between(8, 640)}.${rng.pick(['00', '20', '75', '95'])}`,
    currency: 'EUR',
    merchant: anyMerchant(rng),
    result: rng.chance(0.06) ? 'declined' : 'approved',
  },
});
export const capturePayment: Maker = ({ rng }) => ({
  action: 'payment.capture',
  resource: ['payment', anyPayment(rng)],
  details: { batch: `b-${rng.hex(6)}` },
});
export const bookOnline: Maker = ({ rng }) => ({ action: 'appointment.book', resource: ['appointment', anyAppointment(rng)], details: { channel: 'web' } });
