/** The cluster tag with which the agents leave all repairs to people and to `gnt-ha repair`. */
export const REPAIR_OFF = 'ocf:repair:off';
