/** Pictures and voice notes, in Arabic. */
import { isolated } from '../text.js'
import type { Catalogue } from './catalogue.js'
import { type Forms, plural } from './plural.js'

const count = (value: number, forms: Forms<'ar'>): string => plural('ar', value, forms)

export const media: Catalogue['media'] = {
  loading: 'جارٍ التحضير',
  record: 'تسجيل رسالة صوتية',
  opening: 'جارٍ الفتح',
  unfit: 'ليس هذا ما يقوله مرسله، أو هو أكبر من أن يُعرض هنا. يمكنك حفظه وفتحه بحذر.',
  broken: 'لا يستطيع هذا المتصفح تشغيل هذا الصوت. احفظ الملف وشغّله ببرنامج آخر.',
  pictures: {
    label: 'صور للإرسال',
    looking: 'جارٍ النظر في الصورة',
    unreadable: 'لا يستطيع هذا المتصفح قراءة هذه الصورة، فلا يمكنه نزع شيء منها. لا يمكن إرسالها إلا كملف أصلي.',
    drop: (name: string) => `استبعاد ${isolated(name)}`,
    original: 'إرسال الملفات الأصلية كما هي',
    originalText: 'تُرسل الأصول دون تغيير. كثيرًا ما تحمل الصورة مكان التقاطها ووقته والكاميرا، وأحيانًا أسماء.',
    cleanedText: 'لا يُرسل إلا ما يُرى: يُنزع على هذا الجهاز المكان والوقت والكاميرا وكل ما عدا ذلك مما يحمله الملف.',
    send: (pictures: number) =>
      count(pictures, {
        zero: 'لا صور للإرسال',
        one: 'إرسال صورة واحدة',
        two: 'إرسال صورتين',
        few: 'إرسال # صور',
        many: 'إرسال # صورة',
        other: 'إرسال # صورة',
      }),
    thumbnail: (name: string) => `عرض مصغّر لـ ${isolated(name)}`,
    shown: (name: string) => `الصورة ${isolated(name)}`,
    show: 'عرض الصورة',
    hide: 'إخفاء الصورة',
  },
  voice: {
    label: 'رسالة صوتية',
    asking: 'جارٍ طلب الميكروفون. قد يسألك المتصفح.',
    recording: 'جارٍ التسجيل',
    stop: 'إيقاف التسجيل',
    listen: 'لم يُرسل شيء بعد. استمع إليها أولًا إن شئت.',
    drop: 'التخلص من الرسالة',
    send: 'إرسال الرسالة الصوتية',
    again: 'المحاولة مجددًا',
    play: 'تشغيل',
    pause: 'إيقاف مؤقت',
    played: 'مقدار ما شُغّل',
    hear: 'استماع',
    said: (time: string) => `رسالة صوتية، ${time}`,
    problems: {
      denied: 'لا يُسمح لهذه الصفحة باستعمال الميكروفون. اسمح به في إعدادات هذه الصفحة في المتصفح ثم حاول مجددًا.',
      none: 'لم يُعثر على ميكروفون، أو أن برنامجًا آخر يستعمله. صِل ميكروفونًا أو حرّره ثم حاول مجددًا.',
    },
  },
}
