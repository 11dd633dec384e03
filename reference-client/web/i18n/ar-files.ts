/** Files on their way, in Arabic. */
import { isolated } from '../text.js'
import type { Catalogue } from './catalogue.js'

export const file: Catalogue['file'] = {
  preparing: 'جارٍ التحضير',
  offered: 'عُرض. بانتظار الموافقة.',
  offeredAway: 'يُعرض حين تكونان متصلين معًا.',
  incoming: 'يريد أن يرسل إليك هذا الملف',
  accept: 'قبول',
  refuse: 'رفض',
  cancel: 'إلغاء',
  pause: 'إيقاف مؤقت',
  resume: 'متابعة',
  retry: 'إعادة المحاولة',
  choose: 'اختره من جديد',
  held: {
    source: 'نحتاج إلى بايتاته من جديد: أُغلقت هذه الصفحة في أثناء ذلك، أو نُقل الملف أو تغيّر. اختر الملف نفسه.',
    paused: 'متوقف مؤقتًا هنا. لم يضع شيء مما وصل.',
    storage_full: 'لا توجد مساحة كافية على هذا الجهاز. سيتابع من تلقاء نفسه عندما تتوفر.',
    storage_failed: 'القرص لا يقبله الآن. سيتابع من تلقاء نفسه عندما يقبله.',
  },
  save: 'حفظ',
  receiving: 'جارٍ الاستلام',
  sending: 'جارٍ الإرسال',
  paused: 'متوقف إلى أن تكونا متصلين معًا',
  damaged: (part) => `وصل الجزء ${part} تالفًا ويُطلب من جديد.`,
  left: (duration) => `بقي ${duration}`,
  of: (done, size) => `${done} من ${size}`,
  complete: { sent: 'استلمه الطرف الآخر', received: 'استُلم وحُفظ بين التنزيلات' },
  gone: 'استُلم من قبل. لم تعد بايتاته على هذا الجهاز.',
  saveNow: 'استُلم. هو مشفّر على هذا الجهاز إلى أن تحفظه.',
  refused: { sent: 'رفضه الطرف الآخر', received: 'رُفض' },
  cancelled: 'أُلغي',
  failed: 'فشل: البايتات التي وصلت ليست الملف الذي عُرض.',
  saveHint: 'حُفظ بين التنزيلات. لا يفتح Solo2 ملفًّا مستلمًا أبدًا.',
  progress: (name) => `تقدّم ${isolated(name)}`,
}
