export type DeviceCommand =
  | { readonly type: 'join_device'; readonly code: string; readonly deviceName: string }
  | { readonly type: 'restore_device'; readonly file: File; readonly password: string }
  | { readonly type: 'decline_device' }
  | { readonly type: 'undecided_cancel' }
  | { readonly type: 'device_add' }
  | { readonly type: 'device_approve' }
  | { readonly type: 'device_add_cancel' }
  | { readonly type: 'device_rename'; readonly device: string; readonly name: string }
  | { readonly type: 'device_remove'; readonly device: string }
  /** `shown`: of each contact, how many messages are on the screen. */
  | { readonly type: 'show_synced'; readonly shown: Readonly<Record<string, number>> }
